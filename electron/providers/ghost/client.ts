/** The way to a Ghost site: its key and settings, the short-lived token made of the key, requests to the Admin API. */
import { z } from 'zod'
import { AppError, type Failure } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import { BaseUrl, Endpoint } from '../../kit/endpoints.ts'
import { parseAnswer } from '../../kit/make-call.ts'

export const GhostCredential = z.strictObject({
  adminApiKey: z
    .string()
    .trim()
    .regex(/^[0-9a-f]{24}:[0-9a-f]{64}$/i, 'must be an Admin API key: 24 characters, a colon, 64 characters')
    .meta({
      title: 'Admin API key',
      secret: true,
      env: 'GHOST_ADMIN_API_KEY',
      help: 'From Settings → Integrations → Add custom integration in Ghost.',
    }),
})
export type GhostCredential = z.infer<typeof GhostCredential>

export const GhostSettings = z.strictObject({
  site: BaseUrl.optional().meta({
    title: 'API address',
    help: 'As Ghost shows it beside the key, such as https://example.ghost.io. Without /ghost.',
  }),
  apiVersion: z.enum(['v6.0', 'v5.0']).default('v6.0').meta({ title: 'API version', advanced: true }),
  html: z.enum(['convert', 'keep']).default('convert').meta({
    title: 'HTML of the text',
    advanced: true,
    help: '“convert” makes it editable in Ghost and loses what Ghost does not know; “keep” puts it in one HTML card as it is.',
  }),
  endpoint: Endpoint.optional(),
})
export type GhostSettings = z.infer<typeof GhostSettings>

export type GhostCall = Call<GhostCredential, GhostSettings>

/** Stands in the manifest until the tenant names its own site. The name can belong to nobody. */
export const noSite = 'https://ghost.invalid'

const siteMissing: Failure = {
  kind: 'invalid',
  message: 'It is not known where the Ghost site is. Set the API address on the Ghost connection.',
  action: { label: 'Set the address', href: '/integrations/ghost' },
  fields: [{ path: 'settings.site', message: 'is needed' }],
}

/** Why nothing can be asked yet. */
export function withoutSite({ site, endpoint }: GhostSettings): Failure | undefined {
  return site === undefined && endpoint === undefined ? siteMissing : undefined
}

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const encoded = (value: unknown) => base64url(new TextEncoder().encode(JSON.stringify(value)))

/** Ghost refuses tokens that are good for more than five minutes. */
const lastsSeconds = 240

/**
 * A token made of the key, good for one request or a few.
 *
 * @param now ms UTC
 * @see https://ghost.org/docs/admin-api/#token-authentication
 */
export async function tokenOf(adminApiKey: string, now: number): Promise<string> {
  const [id = '', secret = ''] = adminApiKey.split(':')
  const bytes = Uint8Array.from(secret.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  const issuedAt = Math.floor(now / 1_000)
  const head = encoded({ alg: 'HS256', kid: id, typ: 'JWT' })
  const text = `${head}.${encoded({ iat: issuedAt, exp: issuedAt + lastsSeconds, aud: '/admin/' })}`
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))
  return `${text}.${base64url(new Uint8Array(signature))}`
}

interface GhostRequest {
  method?: 'GET' | 'POST'
  /** Below the Admin API, with a slash at its end. */
  path: string
  query?: Record<string, string>
  json?: unknown
  form?: FormData
}

/** Sends one request; `fetch` for the one that publishes, `ask` for everything else. */
export async function askGhost<T extends z.ZodType>(
  call: GhostCall,
  schema: T,
  request: GhostRequest,
  how: 'fetch' | 'ask' = 'ask',
): Promise<z.output<T>> {
  if (call.endpoint() === noSite) throw new AppError(siteMissing)
  const { method = 'GET', path, query = {}, json, form } = request
  const url = new URL(`${call.endpoint()}/ghost/api/admin/${path}`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const body = json === undefined ? form : JSON.stringify(json)
  const response = await call[how](url, {
    method,
    headers: {
      accept: 'application/json',
      authorization: `Ghost ${await tokenOf(call.credential.adminApiKey, call.now())}`,
      'accept-version': call.settings.apiVersion,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  })
  return parseAnswer(schema, await response.text(), 'Ghost')
}
