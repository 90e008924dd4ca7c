/** The way to TikTok: the tenant's own app, its sign-in, and what its refusals mean. */
import { z } from 'zod'
import { type Failure, type FailureKind, failed } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import type { Answer } from '../../kit/define.ts'
import { Endpoint } from '../../kit/endpoints.ts'
import { type OAuthTerms, signedDoor, tokenFields } from '../../kit/oauth.ts'

export const TikTokCredential = z.strictObject({
  clientId: z
    .string()
    .min(1)
    .max(200)
    .meta({ title: 'Client key', env: 'TIKTOK_CLIENT_KEY', help: 'At https://developers.tiktok.com/apps.' }),
  clientSecret: z.string().min(1).max(400).optional().meta({
    title: 'Client secret',
    secret: true,
    env: 'TIKTOK_CLIENT_SECRET',
    help: 'Beside the client key.',
  }),
  ...tokenFields,
})
export type TikTokCredential = z.infer<typeof TikTokCredential>

export const TikTokSettings = z.strictObject({ endpoint: Endpoint.optional() })
export type TikTokSettings = z.infer<typeof TikTokSettings>

export type TikTokCall = Call<TikTokCredential, TikTokSettings>

export const scopes = ['user.info.basic', 'video.publish'] as const

const User = z.object({
  data: z.object({ user: z.object({ open_id: z.string().min(1), display_name: z.string().default('') }) }),
})

export const terms: OAuthTerms<TikTokCredential, TikTokSettings> = {
  title: 'Sign in with TikTok',
  scopes: () => scopes,
  client: ({ clientId, clientSecret }) => ({ id: clientId, secret: clientSecret }),
  authorizeUrl: (call) => `${call.endpoint('auth')}/v2/auth/authorize/`,
  tokenUrl: (call) => `${call.endpoint('api')}/v2/oauth/token/`,
  pkce: 'hex',
  clientAuth: 'post',
  clientIdName: 'client_key',
  scopeSeparator: ',',
  async account(call, token) {
    const url = `${call.endpoint('api')}/v2/user/info/?fields=open_id,display_name`
    const { data } = await call.json(User, { url, headers: { authorization: `Bearer ${token}` } }, 'ask')
    return { id: data.user.open_id, name: data.user.display_name || data.user.open_id }
  },
}

const door = signedDoor(terms, 'TikTok')

export async function readMe(call: TikTokCall): Promise<{ id: string; name: string }> {
  const { data } = await door.json(call, User, { url: `${call.endpoint('api')}/v2/user/info/?fields=open_id,display_name` })
  return { id: data.user.open_id, name: data.user.display_name || data.user.open_id }
}

/** Asks a path of the Content Posting API; every question there is a POST with JSON. */
export function ask<T extends z.ZodType>(
  call: TikTokCall,
  schema: T,
  request: { path: string; json?: unknown; how?: 'fetch' | 'ask' },
): Promise<z.output<T>> {
  const { path, json = {}, how = 'ask' } = request
  const headers = { 'content-type': 'application/json; charset=UTF-8' }
  return door.json(call, schema, { url: `${call.endpoint('api')}${path}`, json, headers, how })
}

interface Refusal {
  kind: FailureKind
  told: string
}

const byCode: Readonly<Record<string, Refusal>> = {
  access_token_invalid: {
    kind: 'unauthorized',
    told: 'The sign-in at TikTok has ended or was revoked. Sign in again under Access.',
  },
  scope_not_authorized: { kind: 'forbidden', told: 'TikTok did not grant publishing. Sign in again and allow it.' },
  scope_permission_missed: { kind: 'forbidden', told: 'TikTok did not grant publishing. Sign in again and allow it.' },
  spam_risk_too_many_posts: { kind: 'quota', told: 'This account has posted as often as TikTok takes in a day.' },
  spam_risk_user_banned_from_posting: {
    kind: 'rejected',
    told: 'TikTok has banned this account from posting. Stop, and look at the account.',
  },
  spam_risk_too_many_pending_share: { kind: 'quota', told: 'Too many posts of this account still wait in its inbox on TikTok.' },
  reached_active_user_cap: {
    kind: 'quota',
    told: 'Your app has reached the number of people TikTok lets post through it in a day.',
  },
  unaudited_client_can_only_post_to_private_accounts: {
    kind: 'pending_verification',
    told: 'TikTok has not audited your app: until then it posts on private accounts alone, seen by the creator only.',
  },
  url_ownership_unverified: {
    kind: 'forbidden',
    told: 'TikTok fetches pictures only from a domain you have verified in its portal.',
  },
  privacy_level_option_mismatch: { kind: 'invalid', told: 'This creator may not choose that audience now. Choose another.' },
  invalid_params: { kind: 'rejected', told: 'TikTok refused the request.' },
  invalid_param: { kind: 'rejected', told: 'TikTok refused the request.' },
  invalid_publish_id: { kind: 'not_found', told: 'TikTok does not know this post any more.' },
}

const ErrorBody = z.object({
  error: z.object({ code: z.string(), message: z.string().default(''), log_id: z.string().optional() }),
})

/** TikTok says how it went in `error.code`; only `ok` is good, whatever the status. */
export function rejects({ status, body }: Answer): Failure | undefined {
  const parsed = ErrorBody.safeParse(body)
  if (!parsed.success) return undefined
  const { code, message, log_id: reference } = parsed.data.error
  if (code === 'ok' || code === 'rate_limit_exceeded' || status === 429) return undefined
  const says = message === '' ? '' : ` TikTok says: ${message.slice(0, 300)}`
  const known = Object.hasOwn(byCode, code) ? byCode[code] : undefined
  if (known) return failed(known.kind, `${known.told}${says}`, { code: reference ? `${code}/${reference}` : code }).failure
  return status < 400 ? failed('rejected', `TikTok refused it (${code}).${says}`, { code }).failure : undefined
}
