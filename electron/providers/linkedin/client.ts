/** The way to LinkedIn: the tenant's own app, its sign-in, the version it speaks, and what its refusals mean. */
import { z } from 'zod'
import { type Failure, type FailureAction, type FailureKind, failed } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import type { Answer } from '../../kit/define.ts'
import { Endpoint } from '../../kit/endpoints.ts'
import { type OAuthTerms, type SignedRequest, signedDoor, tokenFields } from '../../kit/oauth.ts'

export const LinkedInCredential = z.strictObject({
  clientId: z
    .string()
    .min(1)
    .max(200)
    .meta({ title: 'Client ID', env: 'LINKEDIN_CLIENT_ID', help: 'Developer portal: your app → Auth.' }),
  clientSecret: z.string().min(1).max(400).optional().meta({
    title: 'Client secret',
    secret: true,
    env: 'LINKEDIN_CLIENT_SECRET',
    help: 'Developer portal: your app → Auth.',
  }),
  ...tokenFields,
})
export type LinkedInCredential = z.infer<typeof LinkedInCredential>

export const LinkedInSettings = z.strictObject({
  pages: z.boolean().default(false).meta({
    title: 'Post as a page',
    help: 'Asks for the permissions of pages too. LinkedIn grants them only to apps with the Community Management API.',
  }),
  version: z
    .string()
    .regex(/^20\d{4}$/, 'must be a year and month such as 202605')
    .default('202605')
    .meta({ title: 'API version', advanced: true, help: 'LinkedIn ends each version after about twelve months.' }),
  endpoint: Endpoint.optional(),
})
export type LinkedInSettings = z.infer<typeof LinkedInSettings>

export type LinkedInCall = Call<LinkedInCredential, LinkedInSettings>

export const memberScopes = ['openid', 'profile', 'w_member_social'] as const
export const pageScopes = ['r_organization_social', 'w_organization_social', 'rw_organization_admin'] as const

const Me = z.object({ sub: z.string().min(1), name: z.string().optional() })

export const terms: OAuthTerms<LinkedInCredential, LinkedInSettings> = {
  title: 'Sign in with LinkedIn',
  scopes: ({ pages }) => (pages ? [...memberScopes, ...pageScopes] : memberScopes),
  client: ({ clientId, clientSecret }) => ({ id: clientId, secret: clientSecret }),
  authorizeUrl: (call) => `${call.endpoint('auth')}/oauth/v2/authorization`,
  tokenUrl: (call) => `${call.endpoint('auth')}/oauth/v2/accessToken`,
  // Only apps that LinkedIn enables for it may use PKCE; the others are refused for it.
  pkce: 'none',
  clientAuth: 'post',
  async account(call, token) {
    const request = { url: `${call.endpoint('api')}/v2/userinfo`, headers: { authorization: `Bearer ${token}` } }
    const { sub, name } = await call.json(Me, request, 'ask')
    return { id: sub, name: name ?? sub }
  },
}

const door = signedDoor(terms, 'LinkedIn')

/** The member who signed in; `sub` is the id in its URN. */
export async function readMe(call: LinkedInCall): Promise<{ id: string; name: string }> {
  const { sub, name } = await door.json(call, Me, { url: `${call.endpoint('api')}/v2/userinfo` })
  return { id: sub, name: name ?? sub }
}

const versioned = (call: LinkedInCall) => ({
  'linkedin-version': call.settings.version,
  'x-restli-protocol-version': '2.0.0',
})

/** Sends a request to the versioned API. `path` begins with `/rest/`. */
export function send(call: LinkedInCall, request: Omit<SignedRequest, 'url'> & { path: string }): Promise<Response> {
  const { path, headers, ...rest } = request
  return door.send(call, { ...rest, url: `${call.endpoint('api')}${path}`, headers: { ...versioned(call), ...headers } })
}

/** The same, with the answer read by a schema. */
export function ask<T extends z.ZodType>(
  call: LinkedInCall,
  schema: T,
  request: Omit<SignedRequest, 'url'> & { path: string },
): Promise<z.output<T>> {
  const { path, headers, ...rest } = request
  return door.json(call, schema, { ...rest, url: `${call.endpoint('api')}${path}`, headers: { ...versioned(call), ...headers } })
}

/** Puts bytes where LinkedIn said; answers the tag of what it stored. */
export async function put(call: LinkedInCall, address: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' }
  const response = await door.send(call, { url: call.follow(address), method: 'PUT', headers, body: bytes })
  return response.headers.get('etag') ?? ''
}

interface Refusal {
  kind: FailureKind
  told: string
  action?: FailureAction
}

const portal = 'https://www.linkedin.com/developers/apps'

const ErrorBody = z.object({
  status: z.number().optional(),
  serviceErrorCode: z.number().optional(),
  code: z.string().optional(),
  message: z.string().default(''),
})

function refusalOf(status: number, { code, serviceErrorCode, message }: z.infer<typeof ErrorBody>): Refusal | undefined {
  if (status === 426 || code === 'NONEXISTENT_VERSION') {
    return {
      kind: 'unsupported',
      told: 'LinkedIn has ended the API version of this connection. Set a newer one under Setup, API version.',
      action: { label: 'Change the version', href: '/integrations/linkedin' },
    }
  }
  if (serviceErrorCode === 65_600 || serviceErrorCode === 65_601 || status === 401) {
    return { kind: 'unauthorized', told: 'The sign-in at LinkedIn has ended or was revoked. Sign in again under Access.' }
  }
  if (status === 403) {
    return {
      kind: 'forbidden',
      told: 'LinkedIn does not let this app or member post here. To post as a member the app needs Share on LinkedIn; to post as a page it needs the Community Management API, and the member has to be an administrator of the page.',
      action: { label: 'Open your app at LinkedIn', href: portal },
    }
  }
  if (/duplicate/i.test(message)) return { kind: 'conflict', told: 'LinkedIn refuses a post that equals a recent one.' }
  if (status === 422 || status === 400) return { kind: 'rejected', told: 'LinkedIn refused the post.' }
  return undefined
}

const dayMs = 86_400_000

/** LinkedIn's errors; its daily limits name no time and start anew at midnight UTC. */
export function rejects({ status, body, headers }: Answer): Failure | undefined {
  const parsed = ErrorBody.safeParse(body)
  if (status < 400 || !parsed.success) return undefined
  const reason = parsed.data.message
  if (status === 429 && !headers.has('retry-after')) {
    const now = Date.parse(headers.get('date') ?? '') || 0
    const retryAfterMs = now > 0 ? dayMs - (now % dayMs) : 3_600_000
    return failed('rate_limited', `LinkedIn's limit of the day is reached. ${reason}`.trim(), { code: '429', retryAfterMs })
      .failure
  }
  const refusal = refusalOf(status, parsed.data)
  if (!refusal) return undefined
  const { kind, told, action } = refusal
  const says = reason === '' ? '' : ` LinkedIn says: ${reason.slice(0, 300)}`
  return failed(kind, `${told}${says}`, { code: parsed.data.code ?? String(status), ...(action ? { action } : {}) }).failure
}
