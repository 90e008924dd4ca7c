/** Connections of one tenant, as the contract offers them: list, store, check, choose, import, disconnect. */

import { v7 as uuidv7 } from 'uuid'
import { type Failure, failed, invalidInput, toFailure } from '#shared/failure'
import type { AnyProvider } from '../../kit/define.ts'
import { isLoopback, resolveEndpoints } from '../../kit/endpoints.ts'
import type { Exchange } from '../../kit/fetch.ts'
import { callFailure, hostsOf } from '../../kit/make-call.ts'
import { fieldsOf } from '../../kit/manifest.ts'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Actor, Area } from '../engine.ts'
import type { Caller } from './caller.ts'
import { type Checks, pinAccount } from './check.ts'
import type { ConnectionKeeper } from './keeper.ts'
import type { ConnectionReader } from './rows.ts'
import type { ConnectionViews } from './view.ts'

export interface ConnectionsDeps {
  database: Database
  audit: AuditAppender
  catalog: Readonly<Record<string, AnyProvider>>
  connections: ConnectionReader
  views: ConnectionViews
  keeper: ConnectionKeeper
  checks: Checks
  caller: Caller
  environment: Readonly<Record<string, string | undefined>>
  isDemo(tenantId: string): boolean
  /** Wakes what waits for this connection. */
  onConnected(tenantId: string, provider: string): Promise<unknown>
}

type Json = Record<string, unknown>

/** A failed check says that the credential itself is no good. */
const condemning = new Set<Failure['kind']>(['unauthorized', 'forbidden', 'invalid', 'rejected', 'not_found', 'quota'])

export function createConnections(deps: ConnectionsDeps): (tenantId: string) => Area<'connections'> {
  const { catalog, connections, views, keeper, checks, caller } = deps

  function providerOf(id: string): AnyProvider {
    const provider = catalog[id]
    if (!provider) throw failed('not_found', `There is no provider ${id}. Known are ${Object.keys(catalog).join(', ')}.`)
    return provider
  }

  function parsePart(provider: AnyProvider, part: 'credential' | 'settings', value: Json): Json {
    const parsed = provider[part].safeParse(value)
    if (parsed.success) return parsed.data as Json
    const { fields = [] } = invalidInput(parsed.error).failure
    const named = fields.map((field) => ({ ...field, path: field.path ? `${part}.${field.path}` : part }))
    throw failed('invalid', `The ${part} was refused: check ${named.map((field) => field.path).join(', ')}.`, { fields: named })
  }

  /** Settings are checked whole; a Demo tenant's may point nowhere but to this machine. */
  function checkSettings(tenantId: string, provider: AnyProvider, given: Json): Json {
    const settings = parsePart(provider, 'settings', given)
    const bases = Object.values(resolveEndpoints(hostsOf(provider, settings), settings.endpoint as never))
    if (deps.isDemo(tenantId) && settings.endpoint !== undefined && !bases.every((base) => isLoopback(new URL(base)))) {
      const message = 'must lie on this machine in a Demo tenant, for every host'
      throw failed('invalid', `The endpoint ${message}.`, { fields: [{ path: 'settings.endpoint', message }] })
    }
    return settings
  }

  /** What is not given stays as it is stored: a form that never saw a secret cannot wipe it. */
  async function mergeCredential(tenantId: string, provider: AnyProvider, given: Json): Promise<Json> {
    if (!connections.isSet(tenantId, provider.id)) return parsePart(provider, 'credential', given)
    const { credential } = await keeper.read(tenantId, provider.id)
    return parsePart(provider, 'credential', { ...withoutOldTokens(credential as Json, given), ...given })
  }

  async function storeChecked(
    tenantId: string,
    provider: AnyProvider,
    given: { credential: Json; settings: Json; replace: boolean },
    actor: Actor,
  ): Promise<void> {
    const { credential, settings, replace } = given
    const before = connections.row(tenantId, provider.id)
    const checked = await checks.ask(tenantId, provider, { credential, settings })
    if (checked.ok) pinAccount(before?.account, checked.result.account, replace)
    else if (before?.credential_version && condemning.has(checked.failure.kind)) throw withOldKept(checked.failure)
    // A token that works once was used up by the check: what came of it is kept.
    const kept = (checked.renewed as Json | undefined) ?? credential
    await keeper.store(tenantId, provider.id, { credential: kept, ...(checked.ok ? knownOf(checked.result) : {}) }, actor)
    await checks.record(tenantId, provider, checked)
  }

  async function put(tenantId: string, input: Parameters<Area<'connections'>['put']>[0], actor: Actor): Promise<void> {
    const provider = providerOf(input.provider)
    const given = input.settings ? checkSettings(tenantId, provider, input.settings) : undefined
    const settings = given ?? connections.settings(tenantId, provider.id)
    if (!input.credential) {
      if (given) await keeper.storeSettings(tenantId, provider.id, given, actor)
      return
    }
    const credential = await mergeCredential(tenantId, provider, input.credential)
    const store = () =>
      input.check === false
        ? keeper.store(tenantId, provider.id, { credential }, actor)
        : storeChecked(tenantId, provider, { credential, settings, replace: input.replaceAccount === true }, actor)
    await store()
    if (given) await keeper.storeSettings(tenantId, provider.id, given, actor)
    await deps.onConnected(tenantId, provider.id)
  }

  async function check(tenantId: string, provider: AnyProvider, actor: Actor): Promise<void> {
    const checked = await checks.ask(tenantId, provider)
    await checks.record(tenantId, provider, checked)
    await deps.database.write(() => {
      const outcome = checked.ok ? 'ok' : 'failed'
      const detail = checked.ok ? { account: checked.result.account.id } : { failure: checked.failure.kind }
      deps.audit.append(tenantId, {
        actor,
        action: 'connection.checked',
        outcome,
        target: { kind: 'connection', id: provider.id },
        detail,
      })
    })
    if (checked.ok) await deps.onConnected(tenantId, provider.id)
  }

  /** Whether the provider was told that the sign-in is over; a reason where it could not be. */
  async function revoke(tenantId: string, provider: AnyProvider): Promise<Record<string, unknown>> {
    if (!provider.revoke || !connections.isSet(tenantId, provider.id)) return {}
    const signal = AbortSignal.timeout(10_000)
    let exchange: Exchange | undefined
    try {
      const made = await caller.makeCall({ tenantId, provider, repeat: 'safe', key: uuidv7(), signal })
      exchange = made.exchange
      await provider.revoke(made.call)
      return { revoked: true }
    } catch (error) {
      // The credential goes away here whether or not the provider could be told; a dead one cannot be revoked.
      const failure = exchange ? callFailure(error, exchange, 'safe') : toFailure(error)
      return { revoked: false, failure: failure.kind, ...(failure.code ? { code: failure.code } : {}) }
    }
  }

  async function choices(tenantId: string, input: Parameters<Area<'connections'>['choices']>[0]) {
    const provider = providerOf(input.provider)
    const picker = provider.pickers?.[input.picker]
    if (!picker) throw failed('not_found', `${provider.name} has no picker ${input.picker}.`)
    const { call, exchange } = await caller.makeCall({
      tenantId,
      provider,
      repeat: 'safe',
      key: uuidv7(),
      signal: AbortSignal.timeout(30_000),
    })
    try {
      const items = await picker.choices(call, input.context ?? {})
      return { items: items.slice(0, mostChoices), truncated: items.length > mostChoices }
    } catch (error) {
      const failure = callFailure(error, exchange, 'safe')
      throw failed(failure.kind, failure.message, failure)
    }
  }

  const importer = createImporter(deps)

  return (tenantId) => ({
    list: async () => ({ items: Object.values(catalog).map((provider) => views.one(tenantId, provider)), nextCursor: null }),
    get: async ({ provider }) => views.one(tenantId, providerOf(provider)),
    async put(input, actor) {
      await put(tenantId, input, actor)
      return views.one(tenantId, providerOf(input.provider))
    },
    async remove({ provider }, actor) {
      const told = await revoke(tenantId, providerOf(provider))
      return {
        removed: await keeper.remove(tenantId, provider, actor, told),
        revoked: (told.revoked as boolean | undefined) ?? null,
      }
    },
    async check({ provider }, actor) {
      await check(tenantId, providerOf(provider), actor)
      return views.one(tenantId, providerOf(provider))
    },
    choices: (input) => choices(tenantId, input),
    importOffers: async () => ({ items: importer.offers(), nextCursor: null }),
    async import({ providers }, actor) {
      const imported = []
      for (const id of providers) {
        const { credential, settings, variables } = importer.collect(providerOf(id))
        await put(
          tenantId,
          {
            provider: id,
            credential: credential as never,
            ...(Object.keys(settings).length > 0 ? { settings: settings as never } : {}),
          },
          actor,
        )
        imported.push({ provider: id, variables })
      }
      return { imported }
    },
  })
}

/** What belongs to one sign-in and to no other. */
const ofOneSignIn = ['accessToken', 'refreshToken', 'expiresAt', 'scopes']

/** A new token takes the place of all that came with the old one: a renewal would lead back to the old account otherwise. */
function withoutOldTokens(stored: Json, given: Json): Json {
  if (given.accessToken === undefined && given.refreshToken === undefined) return stored
  return Object.fromEntries(Object.entries(stored).filter(([name]) => !ofOneSignIn.includes(name)))
}

const mostChoices = 500

function withOldKept(failure: Failure) {
  return failed(failure.kind, `${failure.message} The stored credential was kept.`, failure)
}

function knownOf(result: { account: { id: string; name: string; detail?: string }; scopes?: string[]; expiresAt?: number }) {
  return { account: result.account, scopes: result.scopes, expiresAt: result.expiresAt }
}

/** Fills credentials from environment variables, on the operator's word only; values are never told. */
function createImporter({ catalog, environment }: Pick<ConnectionsDeps, 'catalog' | 'environment'>) {
  function found(provider: AnyProvider, part: 'credential' | 'settings') {
    return fieldsOf(provider[part]).flatMap(({ name, env, secret }) => {
      const value = env ? environment[env]?.trim() : undefined
      return env && value ? [{ field: name, variable: env, secret, value }] : []
    })
  }
  const asObject = (entries: { field: string; value: string }[]) =>
    Object.fromEntries(entries.map(({ field, value }) => [field, value]))
  return {
    offers: () =>
      Object.values(catalog).flatMap((provider) =>
        [...found(provider, 'credential'), ...found(provider, 'settings')].map(({ field, variable, secret }) => ({
          provider: provider.id,
          field,
          variable,
          secret,
        })),
      ),
    collect(provider: AnyProvider) {
      const credential = found(provider, 'credential')
      const settings = found(provider, 'settings')
      if (credential.length === 0) throw failed('invalid', `No environment variable of ${provider.name} is set in this process.`)
      return {
        credential: asObject(credential),
        settings: asObject(settings),
        variables: [...credential, ...settings].map(({ variable }) => variable),
      }
    },
  }
}
