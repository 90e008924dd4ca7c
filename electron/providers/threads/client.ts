/** The way to Threads: the tenant's own app at Meta, its sign-in by a pasted address, and what its refusals mean. */
import { z } from 'zod'
import type { Call } from '../../kit/call.ts'
import type { Answer } from '../../kit/define.ts'
import { Endpoint } from '../../kit/endpoints.ts'
import { parseAnswer } from '../../kit/make-call.ts'
import { metaFailure } from '../../kit/meta-errors.ts'
import { accessToken, type OAuthTerms, readTokens, tokenFields } from '../../kit/oauth.ts'

export const ThreadsCredential = z.strictObject({
  clientId: z.string().min(1).max(200).meta({
    title: 'Threads app ID',
    env: 'THREADS_CLIENT_ID',
    help: 'Meta developer portal: your app → Use cases → Threads API → Settings.',
  }),
  clientSecret: z.string().min(1).max(400).optional().meta({
    title: 'Threads app secret',
    secret: true,
    env: 'THREADS_CLIENT_SECRET',
    help: 'Beside the Threads app ID.',
  }),
  ...tokenFields,
})
export type ThreadsCredential = z.infer<typeof ThreadsCredential>

export const ThreadsSettings = z.strictObject({
  redirectUri: z
    .url({ protocol: /^https$/ })
    .max(500)
    .optional()
    .meta({
      title: 'Redirect callback URL',
      help: 'A page of yours that is registered at Meta. After signing in you paste the address it was called with.',
    }),
  endpoint: Endpoint.optional(),
})
export type ThreadsSettings = z.infer<typeof ThreadsSettings>

export type ThreadsCall = Call<ThreadsCredential, ThreadsSettings>

export const scopes = ['threads_basic', 'threads_content_publish'] as const
export const defaultRedirect = 'https://deadapp.info/oauth/threads'

const Me = z.object({ id: z.string().min(1), username: z.string().default('') })
const graph = (call: ThreadsCall) => call.endpoint('graph')

async function askToken(call: ThreadsCall, path: string, query: Record<string, string>) {
  const response = await call.ask(`${graph(call)}${path}?${new URLSearchParams(query)}`)
  return readTokens(await response.text(), 'Threads', call.now())
}

const dayMs = 86_400_000

export const terms: OAuthTerms<ThreadsCredential, ThreadsSettings> = {
  title: 'Sign in with Threads',
  scopes: () => scopes,
  client: ({ clientId, clientSecret }) => ({ id: clientId, secret: clientSecret }),
  authorizeUrl: (call) => `${call.endpoint('auth')}/oauth/authorize`,
  tokenUrl: (call) => `${graph(call)}/oauth/access_token`,
  pkce: 'none',
  clientAuth: 'post',
  scopeSeparator: ',',
  // A token of 60 days that can be renewed once it is a day old.
  marginMs: 10 * dayMs,
  exchange: (call, { accessToken: short }) =>
    askToken(call, '/access_token', {
      grant_type: 'th_exchange_token',
      client_secret: call.credential.clientSecret ?? '',
      access_token: short,
    }),
  refresh: (call, { accessToken: old = '' }) =>
    askToken(call, '/refresh_access_token', { grant_type: 'th_refresh_token', access_token: old }),
  async account(call, token) {
    const request = { url: `${graph(call)}/v1.0/me?fields=id,username`, headers: { authorization: `Bearer ${token}` } }
    const { id, username } = await call.json(Me, request, 'ask')
    return { id, name: `@${username}` }
  },
}

/** Asks or tells the API; the token goes in the header, so that no address holds it. */
export async function ask<T extends z.ZodType>(
  call: ThreadsCall,
  schema: T,
  request: { path: string; form?: Record<string, string>; how?: 'fetch' | 'ask' },
): Promise<z.output<T>> {
  const token = await accessToken(call, terms, { provider: 'Threads' })
  const { path, form, how = 'ask' } = request
  const init = form ? { method: 'POST', body: new URLSearchParams(form) } : {}
  const response = await call[how](`${graph(call)}/v1.0${path}`, { ...init, headers: { authorization: `Bearer ${token}` } })
  return parseAnswer(schema, await response.text(), 'Threads')
}

export async function readMe(call: ThreadsCall): Promise<{ id: string; username: string }> {
  return ask(call, Me, { path: '/me?fields=id,username' })
}

export const rejects = (answer: Answer) => metaFailure(answer, 'Threads')
