/** What a payment provider states beside its actions, so that its events can be taken: proven, refetched, told once. */
import type { ServiceEvent } from '#shared/billing'
import type { Call } from './call.ts'

/** A delivery as it came over HTTP. `body` is the text as it was signed. */
export interface WebhookDelivery {
  body: string
  signature: string
  /** ms UTC. */
  receivedAt: number
}

/** How the object of an event stands now, which may be later than the event. */
export interface RefetchedObject {
  /** In the service's own word: "active", "paid"; "deleted" where it is gone. */
  state: string
  /** Set where a customer's payment failed and is still open: what to tell a person. */
  unpaid?: { title: string; message: string }
}

/** Billing of a payment provider. Its actions carry the names of the billing area: `plans.list`, `subscription.change`, … */
export interface BillingRoom<C = unknown, S = unknown> {
  /** Whether nothing of this credential moves real money. */
  isTest(credential: C): boolean
  /** Whether webhooks of this credential can be proven. */
  provesWebhooks(credential: C): boolean
  /** The event of a delivery; throws unless it was signed with the credential's own secret and is not old. */
  prove(delivery: WebhookDelivery, credential: C): Promise<ServiceEvent>
  /** Events from an instant on (ms UTC), oldest first, as far back as the service keeps them. */
  eventsSince(call: Call<C, S>, from: number): Promise<ServiceEvent[]>
  /** How long the service keeps events, in ms. */
  keepsEventsMs: number
  /** Asks how the object of an event stands now; undefined where there is nothing to ask for. */
  refetch(call: Call<C, S>, event: ServiceEvent): Promise<RefetchedObject | undefined>
}
