/** The way to X: the tenant's own app, its sign-in, and what X's refusals mean. */
import { z } from 'zod'
import { type Failure, type FailureAction, type FailureKind, failed } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import type { Answer, Provider } from '../../kit/define.ts'
import { Endpoint } from '../../kit/endpoints.ts'
import { type OAuthTerms, signedDoor, tokenFields } from '../../kit/oauth.ts'

export const XCredential = z.strictObject({
  clientId: z
    .string()
    .min(1)
    .max(200)
    .meta({ title: 'Client ID', env: 'X_CLIENT_ID', help: 'Developer portal: your app → Keys and tokens → OAuth 2.0.' }),
  clientSecret: z.string().min(1).max(400).optional().meta({
    title: 'Client secret',
    secret: true,
    env: 'X_CLIENT_SECRET',
    help: 'Only for an app of the type Web App. A Native App has none.',
  }),
  ...tokenFields,
})
export type XCredential = z.infer<typeof XCredential>

export const XSettings = z.strictObject({ endpoint: Endpoint.optional() })
export type XSettings = z.infer<typeof XSettings>

export type XCall = Call<XCredential, XSettings>

export const scopes = ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access'] as const

const User = z.object({ data: z.object({ id: z.string().min(1), name: z.string(), username: z.string() }) })

export const terms: OAuthTerms<XCredential, XSettings> = {
  title: 'Sign in with X',
  scopes: () => scopes,
  client: ({ clientId, clientSecret }) => ({ id: clientId, secret: clientSecret }),
  authorizeUrl: (call) => `${call.endpoint('auth')}/i/oauth2/authorize`,
  tokenUrl: (call) => `${call.endpoint('api')}/2/oauth2/token`,
  pkce: 'S256',
  clientAuth: 'basic',
  async account(call, token) {
    const { data } = await call.json(
      User,
      { url: `${call.endpoint('api')}/2/users/me`, headers: { authorization: `Bearer ${token}` } },
      'ask',
    )
    return { id: data.id, name: `@${data.username}` }
  },
}

export const door = signedDoor(terms, 'X')

/** Who is signed in. */
export async function readMe(call: XCall): Promise<{ id: string; name: string; username: string }> {
  return (await door.json(call, User, { url: `${call.endpoint('api')}/2/users/me` })).data
}

interface Refusal {
  kind: FailureKind
  told: string
  action?: FailureAction
}

const portal = 'https://developer.x.com/en/portal/dashboard'

const byType: Readonly<Record<string, Refusal>> = {
  'usage-capped': {
    kind: 'quota',
    told: 'The credits or the spending limit of your X app are used up. Add credits, or wait for the next cycle.',
    action: { label: 'See usage at X', href: portal },
  },
  'client-forbidden': {
    kind: 'forbidden',
    told: 'Your X app may not use this. It has to belong to a project with access to API v2 and Read and write permission.',
    action: {
      label: 'Open the developer portal',
      href: portal,
      steps: [
        'Open your app in the developer portal of X',
        'User authentication settings: App permissions → Read and write',
        'Sign in here again, so that the new permission is granted',
      ],
    },
  },
  'unsupported-authentication': {
    kind: 'unauthorized',
    told: 'X wants a person signed in for this; an app-only token will not do. Sign in here.',
  },
  'not-authorized-for-resource': { kind: 'forbidden', told: 'X does not let this account do that.' },
  'resource-not-found': { kind: 'not_found', told: 'What was named does not exist on X, or is hidden from this account.' },
  'invalid-request': { kind: 'rejected', told: 'X refused the request.' },
}

const Problem = z.object({
  type: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ message: z.string().optional(), detail: z.string().optional() })).optional(),
})

function worded({ kind, told, action }: Refusal, reason: string | undefined, code: string): Failure {
  const says = reason ? ` X says: ${reason.slice(0, 300)}` : ''
  return failed(kind, `${told}${says}`, { code, ...(action ? { action } : {}) }).failure
}

/** X's problems (RFC 9457), and a success that is none because it holds only errors. */
export function rejects({ status, body }: Answer): Failure | undefined {
  const parsed = Problem.safeParse(body)
  if (!parsed.success) return undefined
  const { type = '', detail, errors } = parsed.data
  const reason = detail ?? errors?.[0]?.message ?? errors?.[0]?.detail
  const empty = status < 300 && errors !== undefined && !(typeof body === 'object' && body !== null && 'data' in body)
  if (empty) return worded({ kind: 'rejected', told: 'X did not do it.' }, reason, 'errors')
  if (status < 400 || status === 401 || status === 429) return undefined
  if (status === 403 && /duplicate/i.test(reason ?? '')) {
    return worded({ kind: 'conflict', told: 'X refuses a post with the same text as a recent one.' }, reason, 'duplicate')
  }
  const name = type.split('/').at(-1) ?? ''
  const refusal = Object.hasOwn(byType, name) ? byType[name] : undefined
  return refusal ? worded(refusal, reason, name) : undefined
}

/** Which limit a request counts towards. */
function bucketOf({ pathname }: URL, method: string): string | undefined {
  if (pathname.includes('/2/media/')) return 'media'
  return method === 'POST' && pathname.endsWith('/2/tweets') ? 'posts' : undefined
}

/** X tells what is left, and the second at which it starts anew. */
export const observe: NonNullable<Provider['observe']> = ({ url, method, headers }, now) => {
  const bucket = bucketOf(url, method)
  const reset = Number(headers.get('x-rate-limit-reset'))
  if (!bucket || headers.get('x-rate-limit-remaining') !== '0' || !Number.isFinite(reset) || reset * 1_000 <= now)
    return undefined
  return { bucket, until: reset * 1_000, why: 'X says that its rate limit is used up' }
}
