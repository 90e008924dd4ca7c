/** Deliveries by webhook: whose secret signed it is whose it is. Nothing else about the sender counts. */
import { AppError, failed } from '#shared/failure'
import type { CredentialKeeper } from '../connections/caller.ts'
import type { Database } from '../database/open.ts'
import type { BillingStore } from './store.ts'
import type { Payments, TakeEvent } from './take-event.ts'

/** A delivery as the gateway hands it in. */
export interface Delivery {
  /** The tenant that the address names; without it, each that has a signing secret is tried. */
  tenantId: string | undefined
  /** As it was signed, to the letter. */
  body: string
  signature: string
}

export interface WebhookDeps {
  database: Database
  store: BillingStore
  keeper: Pick<CredentialKeeper, 'read'>
  connected(): Payments[]
  take: TakeEvent
  now(): number
}

/** Takes a delivery; resolves once its event is durable, false where it was taken before. */
export type TakeWebhook = (delivery: Delivery) => Promise<boolean>

const refusal =
  'This delivery is refused: no tenant here has the signing secret that signed it, or it is older than five minutes. Check the signing secret (whsec_) in Setup.'

export function createWebhooks(deps: WebhookDeps): TakeWebhook {
  const { database, store, keeper, now } = deps

  async function credentialOf({ tenantId, provider }: Payments): Promise<unknown> {
    return (await keeper.read(tenantId, provider.id)).credential
  }

  /** Remembered for the screen, where the address named the tenant and there is a secret to compare with. */
  async function noteRefused(payments: readonly Payments[], named: boolean): Promise<void> {
    if (!named || payments.length === 0) return
    await database.write(() => {
      for (const { tenantId, provider } of payments) store.note({ tenantId, provider: provider.id }, { refused_at: now() })
    })
  }

  return async ({ tenantId, body, signature }) => {
    const asked = deps.connected().filter((payments) => tenantId === undefined || payments.tenantId === tenantId)
    const mismatched: Payments[] = []
    let closed: unknown
    for (const payments of asked) {
      const credential = await credentialOf(payments).catch((error: unknown) => {
        closed = error
        return undefined
      })
      if (credential === undefined || !payments.room.provesWebhooks(credential)) continue
      const event = await payments.room.prove({ body, signature, receivedAt: now() }, credential).catch(refusedOnly)
      if (event) return deps.take(payments, event, { via: 'webhook' })
      mismatched.push(payments)
    }
    await noteRefused(mismatched, tenantId !== undefined)
    // With the vault closed nobody can tell; the service tries again for days.
    if (closed !== undefined) throw failed('unavailable', 'The signing secret cannot be read now; deliver it again later.')
    throw failed('unauthorized', refusal)
  }
}

/** A refused signature is an answer; anything else is not. */
function refusedOnly(error: unknown): undefined {
  if (error instanceof AppError && error.failure.kind === 'unauthorized') return undefined
  throw error
}
