/** Makes the call a provider is handed: credential out of the vault, settings and endpoint of the tenant, and what it may change. */
import type { Repeat } from '#shared/job'
import type { PostMedia } from '#shared/social/post'
import type { Call, CallAgent, HeldFile, MediaFile, SqlOpening } from '../../kit/call.ts'
import type { AnyProvider } from '../../kit/define.ts'
import type { Endpoint } from '../../kit/endpoints.ts'
import type { Exchange, RawFetch } from '../../kit/fetch.ts'
import { makeCall } from '../../kit/make-call.ts'
import type { SendPlain } from '../../kit/wire.ts'
import type { Renewals } from './renewals.ts'
import type { ConnectionReader } from './rows.ts'

/** What the caller needs of whoever keeps credentials and settings. */
export interface CredentialKeeper {
  /** The credential in use and its version; refuses in words when there is none or the vault is closed. */
  read(tenantId: string, provider: string): Promise<{ version: number; credential: unknown }>
  /** Stores a renewed credential if `version` is still the one in use; answers its own version, or undefined when it was not. */
  replace(
    tenantId: string,
    provider: string,
    renewed: { version: number; credential: unknown; expiresAt?: number },
  ): Promise<number | undefined>
  patchSettings(tenantId: string, provider: string, patch: Record<string, unknown>): Promise<void>
}

export interface CallOrder {
  tenantId: string
  provider: AnyProvider
  repeat: Repeat
  key: string
  signal: AbortSignal
  agent?: CallAgent | undefined
  progress?: unknown
  /** Used instead of the stored ones, for a check before they are stored. */
  trial?: { credential: unknown; settings: Record<string, unknown>; onRenewed?(credential: unknown): void }
  beforeEffect?(): Promise<void>
  remember?(progress: unknown): Promise<void>
  accepted?(progress: unknown): Promise<void>
}

export interface Caller {
  makeCall(order: CallOrder): Promise<{ call: Call; exchange: Exchange }>
}

export interface CallerDeps {
  connections: ConnectionReader
  keeper: CredentialKeeper
  rawFetch: RawFetch
  sendPlain?: SendPlain | undefined
  now(): number
  /** Base URL of the stand-in of a Demo tenant; undefined for real ones. */
  sandboxEndpoint(tenantId: string, provider: string): string | undefined
  addSecrets(values: unknown): void
  redact(text: string): string
  conversations(tenantId: string, provider: string): { externalId: string; title: string; kind: string }[]
  renewals: Renewals
  /** Opens pictures and videos of a tenant's post. */
  media(tenantId: string, items: readonly PostMedia[], signal: AbortSignal): Promise<MediaFile[]>
  /** A file of the tenant's tray. */
  file(tenantId: string, id: string): Promise<HeldFile>
  /** Works on a database that the credential names. */
  sql<T>(credential: unknown, opening: SqlOpening<T>, signal: AbortSignal): Promise<T>
  onHold(tenantId: string, provider: string, hold: { bucket: string; until: number; why: string }): void
}

const nothing = () => Promise.resolve()

export function createCaller(deps: CallerDeps): Caller {
  const { connections, keeper } = deps

  async function held(order: CallOrder) {
    if (order.trial) return { version: 0, ...order.trial }
    const { version, credential } = await keeper.read(order.tenantId, order.provider.id)
    return { version, credential, settings: connections.settings(order.tenantId, order.provider.id) }
  }

  /** A Demo tenant's calls go to its stand-in, unless its settings name another place on this machine. */
  function endpointOf(order: CallOrder, settings: Record<string, unknown>): Endpoint | undefined {
    if (settings.endpoint !== undefined) return settings.endpoint as Endpoint
    return deps.sandboxEndpoint(order.tenantId, order.provider.id)
  }

  return {
    async makeCall(order) {
      const { tenantId, provider } = order
      const { version, credential, settings } = await held(order)
      deps.addSecrets(credential)
      let current = version
      return makeCall({
        provider,
        tenant: tenantId,
        credential,
        settings: provider.settings.parse(settings) as Record<string, unknown>,
        endpoint: endpointOf(order, settings),
        repeat: order.repeat,
        key: order.key,
        agent: order.agent,
        progress: order.progress,
        signal: order.signal,
        rawFetch: deps.rawFetch,
        sendPlain: deps.sendPlain,
        redact: deps.redact,
        now: deps.now,
        beforeEffect: order.beforeEffect ?? nothing,
        remember: order.remember ?? nothing,
        accepted: order.accepted ?? nothing,
        media: (items) => deps.media(tenantId, items, order.signal),
        file: (id) => deps.file(tenantId, id),
        sql: (opening) => deps.sql(credential, opening, order.signal),
        // A credential on trial is not stored, so nobody else can be renewing it.
        ...(order.trial ? {} : { renew: (isDue, renew) => deps.renewals({ tenantId, provider: provider.id, isDue, renew }) }),
        async replaceCredential(renewed, known) {
          deps.addSecrets(renewed)
          if (order.trial) return order.trial.onRenewed?.(renewed)
          const stored = await keeper.replace(tenantId, provider.id, { version: current, credential: renewed, ...known })
          current = stored ?? current
        },
        patchSettings: (patch) => (order.trial ? nothing() : keeper.patchSettings(tenantId, provider.id, patch)),
        conversations: async () => deps.conversations(tenantId, provider.id),
        onHold: (hold) => deps.onHold(tenantId, provider.id, hold),
      })
    },
  }
}
