/** The way to CloudKit: one container of the tenant's own app, by a person's sign-in or by a key for the public database. */
import { z } from 'zod'
import { type Failure, failed } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import { Endpoint } from '../../kit/endpoints.ts'
import { parseAnswer } from '../../kit/make-call.ts'
import { signedHeaders } from './sign.ts'

export const AppleCredential = z.strictObject({
  containerId: z
    .string()
    .trim()
    .regex(/^iCloud\.[\w.-]+$/, 'must start with iCloud.')
    .max(200)
    .meta({ title: 'Container', help: 'Of your own app, such as iCloud.com.example.app.', env: 'CLOUDKIT_CONTAINER_ID' }),
  apiToken: z.string().trim().min(1).max(500).optional().meta({
    title: 'API token',
    secret: true,
    env: 'CLOUDKIT_API_TOKEN',
    help: 'From CloudKit Console under Tokens & Keys. For a person’s own data a web auth token is needed, too.',
  }),
  webAuthToken: z.string().trim().min(1).max(4_000).optional().meta({
    title: 'Web auth token',
    secret: true,
    help: 'The ckWebAuthToken in the address after a person signed in. A new one comes with each answer and is kept.',
  }),
  keyId: z.string().trim().min(1).max(200).optional().meta({
    title: 'Key ID',
    secret: true,
    env: 'CLOUDKIT_KEY_ID',
    help: 'Of a server-to-server key; reaches the public database alone.',
  }),
  privateKey: z
    .string()
    .trim()
    .regex(/-----BEGIN (EC )?PRIVATE KEY-----/, 'must be a private key in PEM')
    .max(4_000)
    .optional()
    .meta({ title: 'Private key', secret: true, env: 'CLOUDKIT_PRIVATE_KEY', multiline: true, help: 'Content of eckey.pem.' }),
})
export type AppleCredential = z.infer<typeof AppleCredential>

export const AppleSettings = z.strictObject({
  environment: z.enum(['development', 'production']).default('development').meta({
    title: 'Environment',
    help: 'Tokens and keys of one environment are not known in the other.',
  }),
  endpoint: Endpoint.optional(),
})
export type AppleSettings = z.infer<typeof AppleSettings>

export type AppleCall = Call<AppleCredential, AppleSettings>

/** Where records lie: for everybody, or for the person who signed in. */
export const Database = z.enum(['public', 'private'])
export type Database = z.infer<typeof Database>

interface KeyPair {
  keyId: string
  privateKey: string
}

/** The key for the public database; undefined where half of it is missing. */
export function keyPairOf({ keyId, privateKey }: AppleCredential): KeyPair | undefined {
  return keyId !== undefined && privateKey !== undefined ? { keyId, privateKey } : undefined
}

/** The database used where none is named: a person's own once they signed in. */
export function databaseOf(named: Database | undefined, { webAuthToken }: AppleCredential): Database {
  return named ?? (webAuthToken === undefined ? 'public' : 'private')
}

/** Why nothing can be asked with this credential; undefined when something can. */
export function withoutKey(credential: AppleCredential): Failure | undefined {
  if (credential.apiToken !== undefined || keyPairOf(credential)) return undefined
  return failed('unauthorized', 'CloudKit needs an API token, or a key ID with its private key. Give one of them under Setup.', {
    code: 'no_key',
    action: { label: 'Give a key', href: '/integrations/apple' },
  }).failure
}

function tokensFor({ apiToken, webAuthToken }: AppleCredential): Record<string, string> {
  return {
    ...(apiToken === undefined ? {} : { ckAPIToken: apiToken }),
    ...(webAuthToken === undefined ? {} : { ckWebAuthToken: webAuthToken }),
  }
}

/** Each answer to somebody signed in brings the token that the next request needs; the old one may end at once. */
async function keepToken(call: AppleCall, response: Response, used: AppleCredential): Promise<void> {
  const next = response.headers.get('x-apple-cloudkit-web-auth-token')
  if (!next || used.webAuthToken === undefined || next === used.webAuthToken) return
  await call.renew(
    // Where it was replaced meanwhile, the newer one stays.
    (stored) => stored.webAuthToken === used.webAuthToken,
    async (stored) => ({ credential: { ...stored, webAuthToken: next } }),
  )
}

interface CloudKitRequest {
  database: Database
  /** Below the database, such as `records/query`. */
  operation: string
  /** Posted where there is one. */
  json?: unknown
  /** Asked as the person who signed in, also where a key would do. */
  asPerson?: true
}

/** One request; `fetch` for effects, `ask` for questions. */
export async function askCloudKit<T extends z.ZodType>(
  call: AppleCall,
  schema: T,
  request: CloudKitRequest,
  how: 'fetch' | 'ask' = 'ask',
): Promise<z.output<T>> {
  // The newest token, which an earlier request of this job or another may have brought.
  const credential = await call.renew(
    () => false,
    async (stored) => ({ credential: stored }),
  )
  const { database, operation, json, asPerson } = request
  const path = `/database/1/${credential.containerId}/${call.settings.environment}/${database}/${operation}`
  const url = new URL(`${call.endpoint()}${path}`)
  const body = json === undefined ? '' : JSON.stringify(json)
  const keys = database === 'public' && !asPerson ? keyPairOf(credential) : undefined
  const signed = keys ? await signedHeaders(keys, { path, body, now: call.now() }) : {}
  if (!keys) for (const [name, value] of Object.entries(tokensFor(credential))) url.searchParams.set(name, value)
  const response = await call[how](url, {
    method: json === undefined ? 'GET' : 'POST',
    headers: { accept: 'application/json', ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...signed },
    ...(json === undefined ? {} : { body }),
  })
  const text = await response.text()
  if (!keys) await keepToken(call, response, credential)
  return parseAnswer(schema, text, 'CloudKit')
}
