/** The way to Facebook pages and Instagram: the tenant's own app at Meta, its sign-in by a pasted address, page tokens, proofs. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import type { Answer, Provider } from '../../kit/define.ts'
import { Endpoint } from '../../kit/endpoints.ts'
import { parseAnswer } from '../../kit/make-call.ts'
import { metaFailure } from '../../kit/meta-errors.ts'
import { accessToken, type OAuthTerms, readTokens, tokenFields } from '../../kit/oauth.ts'

export const MetaCredential = z.strictObject({
  appId: z
    .string()
    .regex(/^\d{5,32}$/, 'must be a number')
    .meta({ title: 'App ID', env: 'META_APP_ID', help: 'Meta developer portal: your app → App settings → Basic.' }),
  appSecret: z
    .string()
    .min(1)
    .max(400)
    .meta({ title: 'App secret', secret: true, env: 'META_APP_SECRET', help: 'Beside the app ID.' }),
  ...tokenFields,
})
export type MetaCredential = z.infer<typeof MetaCredential>

const number = z
  .string()
  .regex(/^\d{1,32}$/, 'must be a number')
  .optional()

export const MetaSettings = z.strictObject({
  instagram: z
    .boolean()
    .default(true)
    .meta({ title: 'Publish on Instagram too', help: 'Asks for the permissions of professional Instagram accounts.' }),
  pageId: number.meta({ title: 'Page', picker: 'pages', help: 'Where posts go that name no page.' }),
  instagramAccountId: number.meta({
    title: 'Instagram account',
    picker: 'instagramAccounts',
    help: 'Where posts go that name no account.',
  }),
  version: z
    .string()
    .regex(/^v\d{1,3}\.\d$/, 'must look like v26.0')
    .default('v26.0')
    .meta({ title: 'Graph API version', advanced: true, help: 'Meta answers an ended version in silence with the next one.' }),
  endpoint: Endpoint.optional(),
})
export type MetaSettings = z.infer<typeof MetaSettings>

export type MetaCall = Call<MetaCredential, MetaSettings>

export const pageScopes = ['pages_show_list', 'pages_read_engagement', 'pages_manage_posts', 'business_management'] as const
export const instagramScopes = ['instagram_basic', 'instagram_content_publish'] as const

const graph = (call: MetaCall) => `${call.endpoint('graph')}/${call.settings.version}`

/** Proves that whoever holds the token also holds the app's secret. */
async function proofOf(secret: string, token: string): Promise<string> {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const key = await crypto.subtle.importKey('raw', bytes(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes(token)))
  return [...mac].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function askToken(call: MetaCall, query: Record<string, string>) {
  const { appId, appSecret } = call.credential
  const all = new URLSearchParams({ client_id: appId, client_secret: appSecret, ...query })
  const response = await call.ask(`${graph(call)}/oauth/access_token?${all}`)
  return readTokens(await response.text(), 'Meta', call.now())
}

const Me = z.object({ id: z.string().min(1), name: z.string().default('') })

export const terms: OAuthTerms<MetaCredential, MetaSettings> = {
  title: 'Sign in with Facebook',
  scopes: ({ instagram }) => (instagram ? [...pageScopes, ...instagramScopes] : pageScopes),
  client: ({ appId, appSecret }) => ({ id: appId, secret: appSecret }),
  authorizeUrl: (call) => `${call.endpoint('auth')}/${call.settings.version}/dialog/oauth`,
  tokenUrl: (call) => `${graph(call)}/oauth/access_token`,
  pkce: 'none',
  clientAuth: 'post',
  scopeSeparator: ',',
  redeem: (call, { code, redirectUri }) => askToken(call, { code, redirect_uri: redirectUri }),
  exchange: (call, { accessToken: short }) => askToken(call, { grant_type: 'fb_exchange_token', fb_exchange_token: short }),
  async account(call, token) {
    const query = new URLSearchParams({ fields: 'id,name', appsecret_proof: await proofOf(call.credential.appSecret, token) })
    const { id, name } = await call.json(
      Me,
      { url: `${graph(call)}/me?${query}`, headers: { authorization: `Bearer ${token}` } },
      'ask',
    )
    return { id, name }
  },
}

export interface GraphRequest {
  /** Begins with a slash, without query. */
  path: string
  query?: Record<string, string>
  form?: Record<string, string> | FormData
  how?: 'fetch' | 'ask'
  /** A page's own token; the signed-in person's without it. */
  token?: string
}

/** Asks or tells the Graph API. The token goes in the header; the proof of the app beside it. */
export async function ask<T extends z.ZodType>(call: MetaCall, schema: T, request: GraphRequest): Promise<z.output<T>> {
  const { path, query = {}, form, how = 'ask' } = request
  const token = request.token ?? (await accessToken(call, terms, { provider: 'Meta' }))
  const all = new URLSearchParams({ ...query, appsecret_proof: await proofOf(call.credential.appSecret, token) })
  const body = form instanceof FormData || form === undefined ? form : new URLSearchParams(form)
  const init = { method: body ? 'POST' : 'GET', headers: { authorization: `Bearer ${token}` }, ...(body ? { body } : {}) }
  const response = await call[how](`${graph(call)}${path}?${all}`, init)
  return parseAnswer(schema, await response.text(), 'Meta')
}

export async function readMe(call: MetaCall): Promise<{ id: string; name: string }> {
  return ask(call, Me, { path: '/me', query: { fields: 'id,name' } })
}

const Pages = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      access_token: z.string().optional(),
      tasks: z.array(z.string()).default([]),
      instagram_business_account: z.object({ id: z.string(), username: z.string().default('') }).optional(),
    }),
  ),
})
export type Page = z.infer<typeof Pages>['data'][number]

/** Pages of the person who signed in, with the professional Instagram account of each. */
export async function readPages(call: MetaCall): Promise<Page[]> {
  const fields = 'id,name,access_token,tasks,instagram_business_account{id,username}'
  return (await ask(call, Pages, { path: '/me/accounts', query: { fields, limit: '100' } })).data
}

export const mayPost = ({ tasks }: Page) => tasks.includes('CREATE_CONTENT')

/** The page that is meant, with its own token; told in words when it cannot be posted on. */
export async function pageFor(call: MetaCall, named: string | undefined): Promise<{ id: string; token: string }> {
  const pages = await readPages(call)
  const wanted = named ?? call.settings.pageId
  const page = wanted ? pages.find(({ id }) => id === wanted) : pages[0]
  if (!page) {
    const told = wanted
      ? `The person who signed in does not manage the page ${wanted}.`
      : 'The person who signed in manages no page.'
    throw failed('forbidden', `${told} Sign in again as somebody who does, and allow the page.`, { code: 'no_page' })
  }
  if (!mayPost(page) || !page.access_token) {
    const steps = ['Open the page on Facebook', 'Settings → Page access', 'Give the person who signed in access to content']
    throw failed('forbidden', `The person who signed in may not create content on ${page.name}.`, {
      code: 'no_create_content',
      action: { label: 'Open the page', href: `https://www.facebook.com/${page.id}`, steps },
    })
  }
  return { id: page.id, token: page.access_token }
}

export const rejects = (answer: Answer) => metaFailure(answer, 'Meta')

const Usage = z.record(z.string(), z.unknown())
const Regain = z.array(z.object({ estimated_time_to_regain_access: z.number().optional() }))

function percentOf(raw: string | null): number {
  if (!raw) return 0
  try {
    const parsed = Usage.parse(JSON.parse(raw))
    const { call_count: calls, total_time: time, total_cputime: cpu } = parsed
    return Math.max(...[calls, time, cpu].map((part) => (typeof part === 'number' ? part : 0)))
  } catch {
    // A header in a shape that is not the documented one says nothing.
    return 0
  }
}

function minutesIn(raw: string | null): number {
  if (!raw) return 0
  try {
    const all = Object.values(Usage.parse(JSON.parse(raw))).flatMap((list) => Regain.safeParse(list).data ?? [])
    return Math.max(0, ...all.map(({ estimated_time_to_regain_access: minutes = 0 }) => minutes))
  } catch {
    // As above.
    return 0
  }
}

const fullPercent = 95
const restMs = 300_000

/** Meta tells in percent how much is used, and for pages in minutes when it is over. */
export const observe: NonNullable<Provider['observe']> = ({ headers }, now) => {
  const minutes = minutesIn(headers.get('x-business-use-case-usage'))
  if (minutes > 0) return { bucket: 'app', until: now + minutes * 60_000, why: 'Meta says that its rate limit is used up' }
  const used = Math.max(percentOf(headers.get('x-app-usage')), percentOf(headers.get('x-page-usage')))
  if (used < fullPercent) return undefined
  return { bucket: 'app', until: now + restMs, why: `Meta says that ${used} % of its rate limit is used` }
}
