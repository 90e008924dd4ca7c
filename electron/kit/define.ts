/** What a provider states about itself: manifest, actions, check. Data first; the only behaviour is handed its power. */

import type { z } from 'zod'
import type { ChatEvent, ChatRequest } from '#shared/ai/chat'
import type { Choice } from '#shared/contract/connections'
import type { Failure } from '#shared/failure'
import type { Repeat } from '#shared/job'
import type { ServedKind } from '#shared/job-kinds'
import type { ReviewStage } from '#shared/review'
import type { PlatformId } from '#shared/social/post'
import type { BillingRoom } from './billing.ts'
import type { Call } from './call.ts'

/** A limit of the provider or our own: `count` requests per `perMs`, in short bursts of at most `burst` (default `count`). */
export interface Limit {
  /** Name of the bucket. An action may key it further: `chat:123` is held to the limit named `chat`. */
  bucket: string
  title: string
  count: number
  perMs: number
  burst?: number
  source: `https://${string}`
}

/** Something the account published lately that may be what an order without an answer made. `at` in ms UTC. */
export interface Found {
  id: string
  url: string | undefined
  text: string
  at: number
}

/** What a person needs to do by hand what no API does. */
export interface Assist {
  /** Text to copy. */
  text: string
  /** The page to open. */
  page: `https://${string}`
  steps: readonly string[]
}

/** What one run costs at the provider, as far as it is known before. Micro-dollars: 1,000,000 is one dollar. */
export interface Cost {
  microDollars: number
  /** The day the price was read, and where. */
  asOf: string
  source: string
}

/** One operation of a provider. */
export interface Action<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType, C = unknown, S = unknown> {
  title: string
  /** What it does to the outside world, in one sentence that starts with a verb. */
  effect: string
  /** Official documentation of the call. */
  source: `https://${string}`
  repeat: Repeat
  /** Must be projectable to JSON Schema: no transforms. */
  input: I
  output: O
  /** Where a person looks whether a doubtful send went out. */
  lookup?: string
  /** Reads what the account published since `since` (ms UTC), newest first, so that a person can tell whether a doubtful send is among it. */
  find?(input: z.output<I>, call: Call<C, S>, since: number): Promise<Found[]>
  /** Present where no API does it: the order waits for a person, who is handed this. */
  assist?(input: z.output<I>, settings: S): Assist
  /** Known price of one run; undefined where it costs nothing or nobody knows. */
  cost?(input: z.output<I>, settings: S): Cost | undefined
  /** OAuth scopes or permissions it cannot do without. */
  scopes?: readonly string[]
  /** Buckets asked before the claim, the narrowest last. `agent` is the id of the agent whose job it is. */
  buckets?(input: z.output<I>, settings: S, agent?: string): string[]
  /** Buckets that asking after an accepted order takes from; those of the order itself are spent by then. None unless named. */
  following?: readonly string[]
  /** Words for a list: "Telegram to 123: Hello". Never longer than 120 characters. */
  subject(input: z.output<I>): string
  /** Why it cannot be done with this credential, known without a call; undefined when it can. Refused before sending. */
  refuses?(credential: C, settings: S): Failure | undefined
  run(input: z.output<I>, call: Call<C, S>): Promise<z.input<O>>
}

/** What a harmless real call found out. */
export interface CheckResult {
  account: { id: string; name: string; detail?: string }
  /** Actions that cannot be done now, with the reason and the remedy; all others can. */
  unavailable?: Record<string, { why: string; fix?: string }>
  scopes?: string[]
  expiresAt?: number
}

/** A picker: choices asked from the provider for a field with `picker` in its schema. */
export interface Picker<C, S> {
  title: string
  choices(call: Call<C, S>, context: Record<string, string>): Promise<Choice[]>
}

/** A message that reached us. `at` in ms UTC. */
export interface Incoming {
  chatId: string
  chatTitle: string
  chatKind: 'chat' | 'group' | 'channel'
  messageId: string
  author: string
  text: string
  at: number
}

/** A button that somebody pressed. `at` in ms UTC, by our clock where the provider tells none. */
export interface Press {
  /** The provider's own id of this press: never the same twice. */
  pressId: string
  /** What the button was sent with. */
  data: string
  chatId: string
  messageId: string
  from: { id: string; name: string }
  at: number
}

/** Receiving by long poll: one poller per account, across processes. */
export interface Receiver<C, S> {
  /** Returns what came after `cursor`, and the cursor to ask with next. May wait up to `waitSeconds`. */
  poll(
    call: Call<C, S>,
    cursor: string | undefined,
    waitSeconds: number,
  ): Promise<{ messages: Incoming[]; presses?: Press[]; cursor: string | undefined }>
  /** Action that tells whoever pressed a button what came of it; its input is `{ pressId, text }`, the text of at most 200 characters. */
  pressAnswer?: string
}

/** What a sign-in is handed. `redirectUri`, `state` and PKCE come from the engine. */
export interface SignInStart<C, S> {
  call: Call<C, S>
  redirectUri: string
  state: string
  codeChallenge: string
  /** What the challenge was made of, for a provider that wants another digest of it. */
  codeVerifier: string
}

/** Result of a sign-in or refresh: the whole credential to store, and what is known of it. */
export interface SignedIn<C> {
  credential: C
  account?: { id: string; name: string }
  scopes?: string[]
  /** ms UTC at which it stops working unless refreshed. */
  expiresAt?: number
}

/** Sign-in with the system browser: authorization code, PKCE, loopback redirect. */
export interface SignIn<C, S> {
  title: string
  /** Scopes asked for with settings as they come. */
  scopes: readonly string[]
  /** Scopes asked for with these settings, where a tenant chooses among sets. */
  scopesFor?(settings: S): readonly string[]
  /** Ports of this machine that are tried in turn, where the provider wants the exact address registered; any free one otherwise. */
  ports?: readonly number[]
  /** Set where the provider refuses this machine as redirect: its own page to come back to, whose address the operator pastes. */
  paste?: { redirectUri: `https://${string}`; help: string; redirectUriFor?(settings: S): string | undefined }
  /** Who signs the answers (RFC 9207); an answer that names another is refused. */
  issuer?: `https://${string}`
  /** What a renewal is made of: a refresh token, or the access token itself. */
  renewsWith?: 'refresh_token' | 'access_token'
  /** How long before its end a token is renewed although nobody uses it, in ms. */
  renewsAheadMs?: number
  /** Renews the tokens where that is due. */
  renew?(call: Call<C, S>): Promise<void>
  /** Path of the redirect on this machine, as registered at the provider; empty for none. */
  redirectPath: string
  /** Set where the provider knows only the name of this machine, not 127.0.0.1. */
  redirectHost?: 'localhost'
  /** Who signed in to get this credential; undefined when nobody did. Without it the connection's account counts. */
  account?(credential: C): { id: string; name: string } | undefined
  authorizationUrl(start: SignInStart<C, S>): Promise<string>
  redeem(start: Omit<SignInStart<C, S>, 'state' | 'codeChallenge'> & { code: string }): Promise<SignedIn<C>>
}

/** A provider's review of the tenant's app, as far as it is the same for everybody. */
export interface Review {
  /** Where it stands before the tenant has said anything. */
  stage: ReviewStage
  /** Where the provider shows it. */
  console: `https://${string}`
  checklist: readonly { id: string; title: string; href?: `https://${string}` }[]
  /** What works meanwhile, in a sentence or two. */
  meanwhile: string
  /** Platforms whose posts wait until it is cleared. An action that is ordered by its own name is tried all the same. */
  parks: readonly PlatformId[]
}

/** Everything a provider states. `C` credential, `S` settings. */
export interface Provider<C = unknown, S = unknown> {
  id: string
  name: string
  category: 'communication' | 'account' | 'social' | 'payment' | 'data' | 'ai' | 'blog'
  summary: string
  docs: `https://${string}`
  setup: readonly string[]
  notes: readonly string[]
  /** Host name to base URL. The setting `endpoint` overrides one or all. */
  endpoints: Readonly<Record<string, `https://${string}`>>
  /** Base URLs of hosts that only the settings know (a tenant's own server), by host name; `endpoint` overrides them too. */
  basesFrom?(settings: S): Readonly<Record<string, string>>
  /** Base URLs that only a credential knows (a webhook). `bases` are those in use; answers none where they must not be mixed. */
  extraBases?(credential: C, bases: readonly string[]): string[]
  /** Field marks in `.meta`: `title`, `secret`, `env` (variable it can be imported from), `help`. */
  credential: z.ZodType<C>
  settings: z.ZodType<S>
  verification: { required: boolean; note: string; review?: Review }
  limits: readonly Limit[]
  /** Job kinds it serves; the action's input schema is the kind's own. */
  serves: Readonly<Partial<Record<ServedKind, string>>>
  /** Platforms it publishes on (`SOCIAL_POST`), each with the action whose input is that platform's post. */
  publishes?: Readonly<Partial<Record<PlatformId, string>>>
  actions: Readonly<Record<string, Action<z.ZodType, z.ZodType, C, S>>>
  check: { call: string; run(call: Call<C, S>): Promise<CheckResult> }
  pickers?: Readonly<Record<string, Picker<C, S>>>
  receive?: Receiver<C, S>
  /** Present where customers are billed through it. */
  billing?: BillingRoom<C, S>
  signIn?: SignIn<C, S>
  /** Asks a model; the words come as they are written, the whole answer last. For providers of models. */
  chat?(request: ChatRequest, call: Call<C, S>): AsyncIterable<ChatEvent>
  /** Tells the provider that we forget the credential, where it wants to know. */
  revoke?(call: Call<C, S>): Promise<void>
  /** The one hook for odd errors (HTTP 200 with `ok:false`, 400 that means 404). Undefined: judge by status. */
  rejects?(answer: Answer): Failure | undefined
  /** Reads limit headers of any answer: a bucket that is used up, and until when (ms UTC). */
  observe?(head: AnswerHead, now: number): { bucket: string; until: number; why: string } | undefined
}

/** An answer of a provider without its body. */
export interface AnswerHead {
  url: URL
  method: string
  status: number
  headers: Headers
}

/** An answer of a provider as the hooks see it; the body is parsed where it is JSON, text otherwise. */
export interface Answer extends AnswerHead {
  body: unknown
}

/** A provider whose credential and settings types nobody needs to know. */
// biome-ignore lint/suspicious/noExplicitAny: the catalogue holds providers of every credential type; each parses its own
export type AnyProvider = Provider<any, any>

/** Types an action against its own schemas. */
export function defineAction<I extends z.ZodType, O extends z.ZodType, C, S>(
  action: Action<I, O, C, S>,
): Action<z.ZodType, z.ZodType, C, S> {
  return action as unknown as Action<z.ZodType, z.ZodType, C, S>
}

/** Types a provider against its own schemas. */
export function defineProvider<C, S>(provider: Provider<C, S>): Provider<C, S> {
  return provider
}
