/** The way to a WordPress site: its credential and settings, and requests to its REST API under either form of address. */
import { z } from 'zod'
import { AppError, type Failure, failed } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import { BaseUrl, Endpoint } from '../../kit/endpoints.ts'
import { parseAnswer } from '../../kit/make-call.ts'

export const WordPressCredential = z.strictObject({
  username: z.string().trim().min(1).max(200).meta({ title: 'User name', env: 'WORDPRESS_USERNAME' }),
  applicationPassword: z.string().trim().min(8).max(200).meta({
    title: 'Application password',
    secret: true,
    env: 'WORDPRESS_APPLICATION_PASSWORD',
    help: 'Made in WordPress under Users → Profile → Application Passwords; not the password you sign in with.',
  }),
})
export type WordPressCredential = z.infer<typeof WordPressCredential>

export const WordPressSettings = z.strictObject({
  site: BaseUrl.optional().meta({
    title: 'Address of the site',
    help: 'Such as https://example.com or https://example.com/blog, without /wp-admin.',
  }),
  endpoint: Endpoint.optional(),
})
export type WordPressSettings = z.infer<typeof WordPressSettings>

export type WordPressCall = Call<WordPressCredential, WordPressSettings>

/** Stands in the manifest until the tenant names its own site. The name can belong to nobody. */
export const noSite = 'https://wordpress.invalid'

const siteMissing: Failure = {
  kind: 'invalid',
  message: 'It is not known where the WordPress site is. Set the address of the site on the WordPress connection.',
  action: { label: 'Set the address', href: '/integrations/wordpress' },
  fields: [{ path: 'settings.site', message: 'is needed' }],
}

/** Why nothing can be asked yet. */
export function withoutSite({ site, endpoint }: WordPressSettings): Failure | undefined {
  return site === undefined && endpoint === undefined ? siteMissing : undefined
}

/** One way into a site: pretty addresses, or the query of a site whose permalinks are plain. */
export interface Site {
  call: WordPressCall
  plain: boolean
}

interface WordPressRequest {
  method?: 'GET' | 'POST'
  route: string
  query?: Record<string, string>
  json?: unknown
  headers?: Record<string, string>
  body?: Uint8Array<ArrayBuffer>
}

function addressOf({ call, plain }: Site, { route, query = {} }: WordPressRequest): string {
  const url = new URL(plain ? `${call.endpoint()}/` : `${call.endpoint()}/wp-json${route}`)
  if (plain) url.searchParams.set('rest_route', route)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}

/** Basic authentication speaks UTF-8. */
function basic({ username, applicationPassword }: WordPressCredential): string {
  const bytes = new TextEncoder().encode(`${username}:${applicationPassword}`)
  return `Basic ${btoa(String.fromCharCode(...bytes))}`
}

/** Sends one request; `fetch` for the one that publishes, `ask` for everything else. */
export async function askSite<T extends z.ZodType>(
  site: Site,
  schema: T,
  request: WordPressRequest,
  how: 'fetch' | 'ask' = 'ask',
): Promise<z.output<T>> {
  const { call } = site
  const { method = 'GET', json, headers = {}, body } = request
  const sent = json === undefined ? body : JSON.stringify(json)
  const response = await call[how](addressOf(site, request), {
    method,
    headers: {
      accept: 'application/json',
      authorization: basic(call.credential),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  })
  return parseAnswer(schema, await response.text(), 'WordPress')
}

/**
 * Finds the way into a site with a first question, and answers that question.
 *
 * Why   a site with plain permalinks knows no /wp-json; it says 404 in its own pages, not in the words of the API
 */
export async function enter<T extends z.ZodType>(
  call: WordPressCall,
  schema: T,
  question: WordPressRequest,
): Promise<{ site: Site; answer: z.output<T> }> {
  if (call.endpoint() === noSite) throw new AppError(siteMissing)
  const pretty = { call, plain: false }
  try {
    return { site: pretty, answer: await askSite(pretty, schema, question) }
  } catch (error) {
    const elsewhere = error instanceof AppError && error.failure.kind === 'not_found' && error.failure.code === '404'
    if (!elsewhere) throw error
    const plain = { call, plain: true }
    return { site: plain, answer: await askSite(plain, schema, question).catch((second) => Promise.reject(noApi(second))) }
  }
}

/** A page instead of an answer of the API means that there is none at this address. */
function noApi(error: unknown): unknown {
  if (!(error instanceof AppError)) return error
  const { kind, code } = error.failure
  const isPage = kind === 'unexpected' || (kind === 'not_found' && code === '404')
  if (!isPage) return error
  return failed('not_found', 'There is no WordPress REST API at this address. Check the address of the site.', {
    code: 'no_rest_api',
    action: {
      label: 'Check the address',
      href: '/integrations/wordpress',
      steps: [
        'Open the site in a browser and copy its address without /wp-admin',
        'If the address is right, ask whoever runs the site whether a plugin switches the REST API off',
      ],
    },
  })
}
