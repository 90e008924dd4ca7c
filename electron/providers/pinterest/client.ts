/** The way to Pinterest: the tenant's own app, its sign-in, and what its refusals mean. */
import { z } from 'zod'
import { type Failure, type FailureKind, failed } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import type { Answer } from '../../kit/define.ts'
import { Endpoint } from '../../kit/endpoints.ts'
import { type OAuthTerms, type SignedRequest, signedDoor, tokenFields } from '../../kit/oauth.ts'

export const PinterestCredential = z.strictObject({
  clientId: z
    .string()
    .min(1)
    .max(200)
    .meta({ title: 'App ID', env: 'PINTEREST_CLIENT_ID', help: 'At https://developers.pinterest.com/apps/.' }),
  clientSecret: z.string().min(1).max(400).optional().meta({
    title: 'App secret key',
    secret: true,
    env: 'PINTEREST_CLIENT_SECRET',
    help: 'At https://developers.pinterest.com/apps/.',
  }),
  ...tokenFields,
})
export type PinterestCredential = z.infer<typeof PinterestCredential>

export const PinterestSettings = z.strictObject({ endpoint: Endpoint.optional() })
export type PinterestSettings = z.infer<typeof PinterestSettings>

export type PinterestCall = Call<PinterestCredential, PinterestSettings>

export const scopes = ['boards:read', 'boards:write', 'pins:read', 'pins:write', 'user_accounts:read'] as const

const Account = z.object({
  id: z.string().optional(),
  username: z.string().min(1),
  business_name: z.string().nullish(),
  account_type: z.string().optional(),
})

export const terms: OAuthTerms<PinterestCredential, PinterestSettings> = {
  title: 'Sign in with Pinterest',
  scopes: () => scopes,
  client: ({ clientId, clientSecret }) => ({ id: clientId, secret: clientSecret }),
  authorizeUrl: (call) => `${call.endpoint('auth')}/oauth/`,
  tokenUrl: (call) => `${call.endpoint('api')}/v5/oauth/token`,
  pkce: 'none',
  clientAuth: 'basic',
  scopeSeparator: ',',
  async account(call, token) {
    const request = { url: `${call.endpoint('api')}/v5/user_account`, headers: { authorization: `Bearer ${token}` } }
    const { id, username } = await call.json(Account, request, 'ask')
    return { id: id ?? username, name: username }
  },
}

const door = signedDoor(terms, 'Pinterest')

/** Asks a path of API v5. */
export function ask<T extends z.ZodType>(
  call: PinterestCall,
  schema: T,
  request: Omit<SignedRequest, 'url'> & { path: string },
): Promise<z.output<T>> {
  const { path, ...rest } = request
  return door.json(call, schema, { ...rest, url: `${call.endpoint('api')}/v5${path}` })
}

export async function readAccount(call: PinterestCall): Promise<{ id: string; name: string; detail?: string }> {
  const { id, username, business_name: business, account_type: type } = await ask(call, Account, { path: '/user_account' })
  const detail = business ?? type
  return { id: id ?? username, name: username, ...(detail ? { detail } : {}) }
}

const ErrorBody = z.object({ code: z.number(), message: z.string().default('') })

interface Refusal {
  kind: FailureKind
  told: string
}

const byCode: Readonly<Record<number, Refusal>> = {
  2: { kind: 'unauthorized', told: 'The sign-in at Pinterest has ended or was revoked. Sign in again under Access.' },
  3: { kind: 'forbidden', told: 'This account or app may not do that on Pinterest.' },
  7: { kind: 'forbidden', told: 'This account may not change that board. It has to own it or be a collaborator.' },
  29: {
    kind: 'pending_verification',
    told: 'Your app has only trial access at Pinterest, which does not allow this. Ask for standard access in the developer portal.',
  },
}

export function rejects({ status, body }: Answer): Failure | undefined {
  const parsed = ErrorBody.safeParse(body)
  if (status < 400 || status === 429 || status >= 500 || !parsed.success) return undefined
  const { code, message } = parsed.data
  const known = byCode[code]
  const says = message === '' ? '' : ` Pinterest says: ${message.slice(0, 300)}`
  if (known) return failed(known.kind, `${known.told}${says}`, { code: String(code) }).failure
  if (status === 400 || status === 422)
    return failed('rejected', `Pinterest refused the request.${says}`, { code: String(code) }).failure
  return undefined
}
