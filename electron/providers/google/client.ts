/** The way to Google: the tenant's own desktop client, scope sets to choose from, signed requests. */
import { z } from 'zod'
import type { Call } from '../../kit/call.ts'
import { Endpoint } from '../../kit/endpoints.ts'
import { parseAnswer } from '../../kit/make-call.ts'
import { accessToken, type OAuthTerms, oauthSignIn, sendSigned, tokenFields } from '../../kit/oauth.ts'

export const GoogleCredential = z.strictObject({
  clientId: z.string().trim().min(1).max(300).meta({
    title: 'Client ID',
    env: 'GOOGLE_CLIENT_ID',
    help: 'Of an OAuth client of the type Desktop app, ends with .apps.googleusercontent.com.',
  }),
  clientSecret: z.string().trim().min(1).max(300).optional().meta({
    title: 'Client secret',
    secret: true,
    env: 'GOOGLE_CLIENT_SECRET',
    help: 'Google issues one with desktop clients, too, and wants it at sign-in.',
  }),
  ...tokenFields,
})
export type GoogleCredential = z.infer<typeof GoogleCredential>

export const GoogleSettings = z.strictObject({
  calendar: z.enum(['events', 'readonly', 'off']).default('events').meta({
    title: 'Calendar',
    help: '“events” reads and makes events, “readonly” reads. Takes effect at the next sign-in.',
  }),
  gmail: z.enum(['send', 'readonly', 'send_and_read', 'off']).default('send').meta({
    title: 'Gmail',
    help: 'Reading is a restricted permission: an app that others use needs a yearly security assessment for it.',
  }),
  drive: z.enum(['file', 'readonly', 'off']).default('file').meta({
    title: 'Drive',
    help: '“file” sees only files that this app made or was given; “readonly” sees all and is restricted.',
  }),
  from: z.email().max(320).optional().meta({
    title: 'Send mail from',
    advanced: true,
    help: 'An alias of the account, verified in Gmail under Settings → Accounts → Send mail as. Empty for the account itself.',
  }),
  endpoint: Endpoint.optional(),
})
export type GoogleSettings = z.infer<typeof GoogleSettings>

export type GoogleCall = Call<GoogleCredential, GoogleSettings>

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`

/** Who somebody is; asked for with every set. */
const identity = ['openid', 'email', 'profile'] as const

const calendarScopes = { events: [scope('calendar.events')], readonly: [scope('calendar.readonly')], off: [] }
const gmailScopes = {
  send: [scope('gmail.send')],
  readonly: [scope('gmail.readonly')],
  send_and_read: [scope('gmail.send'), scope('gmail.readonly')],
  off: [],
}
const driveScopes = { file: [scope('drive.file')], readonly: [scope('drive.readonly')], off: [] }

/** The scopes asked for with these settings. */
export function scopesFor({ calendar, gmail, drive }: GoogleSettings): string[] {
  return [...identity, ...calendarScopes[calendar], ...gmailScopes[gmail], ...driveScopes[drive]]
}

/** Any one of these lets an action be done. */
export const needs = {
  readCalendar: [scope('calendar.events'), scope('calendar.readonly'), scope('calendar')],
  writeCalendar: [scope('calendar.events'), scope('calendar')],
  sendMail: [scope('gmail.send'), scope('gmail.compose'), scope('gmail.modify'), 'https://mail.google.com/'],
  readMail: [scope('gmail.readonly'), scope('gmail.modify'), 'https://mail.google.com/'],
  readDrive: [scope('drive.file'), scope('drive.readonly'), scope('drive')],
  writeDrive: [scope('drive.file'), scope('drive')],
} as const

const Person = z.object({ sub: z.string().min(1), email: z.string().optional(), name: z.string().optional() })
type Person = z.infer<typeof Person>

export const terms: OAuthTerms<GoogleCredential, GoogleSettings> = {
  title: 'Sign in with Google',
  scopes: scopesFor,
  client: ({ clientId, clientSecret }) => ({ id: clientId, secret: clientSecret }),
  authorizeUrl: (call) => `${call.endpoint('accounts')}/o/oauth2/v2/auth`,
  tokenUrl: (call) => `${call.endpoint('token')}/token`,
  pkce: 'S256',
  clientAuth: 'post',
  // Without both of these Google gives no refresh token at a second sign-in.
  authorizeParams: { access_type: 'offline', prompt: 'consent' },
  async account(call, token) {
    const headers = { authorization: `Bearer ${token}` }
    const { sub, email, name } = await call.json(Person, { url: personUrl(call), headers }, 'ask')
    return { id: sub, name: email ?? name ?? sub }
  },
}

export const signIn = oauthSignIn(terms, { redirectPath: '', scopes: [...identity] })

const personUrl = (call: GoogleCall) => `${call.endpoint('www')}/oauth2/v3/userinfo`

/** Whose account it is. */
export function whoAmI(call: GoogleCall): Promise<Person> {
  return askGoogle(call, Person, { url: personUrl(call) })
}

interface GoogleRequest {
  url: string
  query?: Record<string, string | undefined>
  method?: 'GET' | 'POST' | 'PUT'
  json?: unknown
  headers?: Record<string, string>
  body?: Uint8Array<ArrayBuffer>
}

function addressOf({ url, query = {} }: GoogleRequest): string {
  const full = new URL(url)
  for (const [name, value] of Object.entries(query)) if (value !== undefined) full.searchParams.set(name, value)
  return full.href
}

/** One signed request; `fetch` for effects, `ask` for questions. */
export function sendGoogle(call: GoogleCall, request: GoogleRequest, how: 'fetch' | 'ask'): Promise<Response> {
  const { method = 'GET', json, headers = {}, body } = request
  const sent = json === undefined ? body : JSON.stringify(json)
  const init = {
    method,
    headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(sent === undefined ? {} : { body: sent }),
  }
  return sendSigned(call, terms, { provider: 'Google', send: call[how], url: addressOf(request), init })
}

/** One signed request with its answer in the documented shape. */
export async function askGoogle<T extends z.ZodType>(
  call: GoogleCall,
  schema: T,
  request: GoogleRequest,
  how: 'fetch' | 'ask' = 'ask',
): Promise<z.output<T>> {
  const response = await sendGoogle(call, request, how)
  return parseAnswer(schema, await response.text(), 'Google')
}

/** Ends the sign-in at Google: the refresh token takes all that came of it along. */
export async function revoke(call: GoogleCall): Promise<void> {
  const token = call.credential.refreshToken ?? (await accessToken(call, terms, { provider: 'Google' }))
  await call.ask(`${call.endpoint('token')}/revoke`, { method: 'POST', body: new URLSearchParams({ token }) })
}
