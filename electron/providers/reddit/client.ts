/** The way to Reddit: the tenant's own app, its sign-in, and what its refusals mean. */
import { z } from 'zod'
import { type Failure, type FailureAction, type FailureKind, failed } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import type { Answer, Provider } from '../../kit/define.ts'
import { Endpoint } from '../../kit/endpoints.ts'
import { type OAuthTerms, signedDoor, tokenFields } from '../../kit/oauth.ts'

export const RedditCredential = z.strictObject({
  clientId: z.string().min(1).max(200).meta({
    title: 'Client ID',
    env: 'REDDIT_CLIENT_ID',
    help: 'Under the name of the app at https://www.reddit.com/prefs/apps.',
  }),
  clientSecret: z.string().min(1).max(400).optional().meta({
    title: 'Client secret',
    secret: true,
    env: 'REDDIT_CLIENT_SECRET',
    help: 'Only for an app of the type web app. An installed app has none.',
  }),
  ...tokenFields,
})
export type RedditCredential = z.infer<typeof RedditCredential>

export const RedditSettings = z.strictObject({
  username: z
    .string()
    .regex(/^[A-Za-z0-9_-]{3,20}$/)
    .optional()
    .meta({
      title: 'Reddit user who runs the app',
      help: 'Reddit wants it named in every request. Without it, the product names itself alone.',
    }),
  endpoint: Endpoint.optional(),
})
export type RedditSettings = z.infer<typeof RedditSettings>

export type RedditCall = Call<RedditCredential, RedditSettings>

export const scopes = ['identity', 'submit', 'read', 'flair', 'history'] as const

const agentOf = ({ settings }: RedditCall) => ({
  'user-agent': `desktop:info.deadapp.atlas-ux:v1${settings.username ? ` (by /u/${settings.username})` : ''}`,
})

const Me = z.object({ id: z.string().min(1), name: z.string().min(1) })

export const terms: OAuthTerms<RedditCredential, RedditSettings> = {
  title: 'Sign in with Reddit',
  scopes: () => scopes,
  client: ({ clientId, clientSecret }) => ({ id: clientId, secret: clientSecret ?? '' }),
  authorizeUrl: (call) => `${call.endpoint('auth')}/api/v1/authorize`,
  tokenUrl: (call) => `${call.endpoint('auth')}/api/v1/access_token`,
  pkce: 'none',
  clientAuth: 'basic',
  authorizeParams: { duration: 'permanent' },
  headers: agentOf,
  async account(call, token) {
    const headers = { ...agentOf(call), authorization: `Bearer ${token}` }
    const { id, name } = await call.json(Me, { url: `${call.endpoint('api')}/api/v1/me`, headers }, 'ask')
    return { id, name: `u/${name}` }
  },
}

export const door = signedDoor(terms, 'Reddit')

export async function readMe(call: RedditCall): Promise<{ id: string; name: string }> {
  return door.json(call, Me, { url: `${call.endpoint('api')}/api/v1/me` })
}

/** Asks a path of the API. */
export function ask<T extends z.ZodType>(call: RedditCall, schema: T, path: string): Promise<z.output<T>> {
  return door.json(call, schema, { url: `${call.endpoint('api')}${path}` })
}

interface Refusal {
  kind: FailureKind
  told: string
  action?: FailureAction
}

const byCode: Readonly<Record<string, Refusal>> = {
  SUBREDDIT_NOEXIST: { kind: 'not_found', told: 'This subreddit does not exist.' },
  SUBREDDIT_NOTALLOWED: {
    kind: 'forbidden',
    told: 'This account may not post in this subreddit: it is private, restricted, or the account is banned there.',
  },
  SUBREDDIT_REQUIRED: { kind: 'invalid', told: 'Reddit wants the name of a subreddit.' },
  NO_SELFS: { kind: 'rejected', told: 'This subreddit takes no text posts. Post a link instead.' },
  NO_LINKS: { kind: 'rejected', told: 'This subreddit takes no links. Post text instead.' },
  ALREADY_SUB: { kind: 'conflict', told: 'This link was already submitted to this subreddit.' },
  SUBMIT_VALIDATION_FLAIR_REQUIRED: { kind: 'invalid', told: 'This subreddit wants a flair on every post. Choose one.' },
  DOMAIN_BANNED: { kind: 'rejected', told: 'Reddit has banned links to this site.' },
  BAD_CAPTCHA: { kind: 'forbidden', told: 'Reddit wants this account to prove that it is a person. Post once by hand with it.' },
  QUOTA_FILLED: { kind: 'quota', told: 'The account has posted as often as Reddit lets it for now.' },
  USER_REQUIRED: { kind: 'unauthorized', told: 'Reddit wants a person signed in for this. Sign in under Access.' },
}

/** "try again in 9 minutes", as milliseconds. */
function waitIn(text: string): number | undefined {
  const [, count, unit] = /(\d+)\s*(millisecond|second|minute|hour)/i.exec(text) ?? []
  const sizes: Readonly<Record<string, number>> = { millisecond: 1, second: 1_000, minute: 60_000, hour: 3_600_000 }
  return count && unit ? Number(count) * (sizes[unit.toLowerCase()] ?? 0) : undefined
}

const Errors = z.object({ json: z.object({ errors: z.array(z.array(z.unknown())).min(1) }) })

/** Reddit refuses a submission with HTTP 200 and a list of codes. */
export function rejects({ status, body }: Answer): Failure | undefined {
  const parsed = Errors.safeParse(body)
  if (status >= 400 || !parsed.success) return undefined
  const [code = '', told = ''] = (parsed.data.json.errors[0] ?? []).map(String)
  if (code === 'RATELIMIT') {
    const retryAfterMs = waitIn(told) ?? 600_000
    return failed('rate_limited', `Reddit wants this account to wait before it posts again. ${told}`, { code, retryAfterMs })
      .failure
  }
  const known = Object.hasOwn(byCode, code) ? byCode[code] : undefined
  const { kind, told: words, action } = known ?? { kind: 'rejected' as const, told: 'Reddit refused the post.' }
  return failed(kind, `${words} Reddit says: ${told.slice(0, 300)}`, { code, ...(action ? { action } : {}) }).failure
}

/** Reddit tells what is left of the window in numbers with decimals, and the seconds until it starts anew. */
export const observe: NonNullable<Provider['observe']> = ({ headers }, now) => {
  const left = headers.get('x-ratelimit-remaining')
  const reset = Number(headers.get('x-ratelimit-reset'))
  if (left === null || Number(left) >= 1 || !Number.isFinite(reset) || reset <= 0) return undefined
  return { bucket: 'client', until: now + reset * 1_000, why: 'Reddit says that its rate limit is used up' }
}
