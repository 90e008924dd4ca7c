/** What a tenant gives for Microsoft, and what a token says of itself. */
import { z } from 'zod'
import { Instant, toMs } from '#shared/time'
import type { Call } from '../../kit/call.ts'
import { Endpoint, isLoopback } from '../../kit/endpoints.ts'

const workflowDomains = ['.logic.azure.com', '.environment.api.powerplatform.com']

function isWorkflowUrl(raw: string): boolean {
  if (!URL.canParse(raw)) return false
  const url = new URL(raw)
  if (url.username || url.password || url.hash) return false
  if (isLoopback(url)) return true
  return url.protocol === 'https:' && workflowDomains.some((domain) => url.hostname.endsWith(domain))
}

const secretText = z.string().min(1).max(100_000)

export const MicrosoftCredential = z.strictObject({
  tenantId: z
    .string()
    .max(253)
    .regex(/^\w[\w.-]*$/, 'must be a directory (tenant) ID or a domain')
    .meta({ title: 'Directory (tenant) ID', env: 'MS_TENANT_ID', help: 'Entra: App registrations → your app → Overview.' }),
  clientId: z
    .string()
    .min(1)
    .max(128)
    .meta({ title: 'Application (client) ID', env: 'MS_CLIENT_ID', help: 'Entra: App registrations → your app → Overview.' }),
  clientSecret: z.string().min(1).max(512).optional().meta({
    title: 'Client secret',
    secret: true,
    env: 'MS_CLIENT_SECRET',
    help: 'The Value of the secret, not its Secret ID. Sends mail without anybody signed in; cannot post to Teams.',
  }),
  workflowsUrl: z
    .string()
    .max(4_000)
    .refine(isWorkflowUrl, 'must be the https URL of a Teams workflow (logic.azure.com or api.powerplatform.com)')
    .optional()
    .meta({
      title: 'Teams workflow URL',
      secret: true,
      advanced: true,
      help: 'From the workflow "When a Teams webhook request is received". Used for Teams only while nobody is signed in.',
    }),
  accessToken: secretText.optional().meta({ title: 'Access token', secret: true, advanced: true, help: 'Obtained elsewhere.' }),
  refreshToken: secretText.optional().meta({ title: 'Refresh token', secret: true, advanced: true, help: 'Obtained elsewhere.' }),
  expiresAt: z.union([z.int().nonnegative(), Instant]).optional().meta({ title: 'Access token expires at', advanced: true }),
  scopes: z.array(z.string().max(300)).max(100).optional().meta({ title: 'Scopes', advanced: true }),
  msalCache: z.string().max(500_000).optional().meta({ title: 'Signed-in account', secret: true, advanced: true }),
})
export type MicrosoftCredential = z.infer<typeof MicrosoftCredential>

export const MicrosoftSettings = z.strictObject({
  senderUpn: z.email().max(320).default('atlas@deadapp.info').meta({
    title: 'Sender',
    env: 'MS_SENDER_UPN',
    help: 'Mailbox that mail is sent from when no agent with an address of its own sends.',
  }),
  endpoint: Endpoint.optional(),
})
export type MicrosoftSettings = z.infer<typeof MicrosoftSettings>

export type MicrosoftCall = Call<MicrosoftCredential, MicrosoftSettings>

/** What is read of a token. Graph's tokens are JWTs so far, but nobody promises it: undefined for any other. */
interface Claims {
  appOnly: boolean
  roles: string[]
  scopes: string[]
  expiresAt: number | undefined
  person: { id: string; name: string } | undefined
}

const Payload = z.object({
  idtyp: z.string().optional(),
  roles: z.array(z.string()).optional(),
  scp: z.string().optional(),
  exp: z.number().optional(),
  oid: z.string().optional(),
  tid: z.string().optional(),
  name: z.string().optional(),
  upn: z.string().optional(),
})

export function claimsOf(token: string): Claims | undefined {
  const parsed = Payload.safeParse(parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')))
  if (!parsed.success) return undefined
  const { idtyp, roles = [], scp, exp, oid, tid, name, upn } = parsed.data
  const appOnly = idtyp === 'app' || (scp === undefined && idtyp !== 'user' && roles.length > 0)
  const person = !appOnly && oid ? { id: tid ? `${oid}.${tid}` : oid, name: upn ?? name ?? oid } : undefined
  return { appOnly, roles, scopes: toScopes(scp?.split(' ')), expiresAt: exp === undefined ? undefined : exp * 1_000, person }
}

/** Scopes without the resource before them: `https://graph.microsoft.com/User.Read` is `User.Read`. */
export function toScopes(scopes: readonly string[] = []): string[] {
  return scopes.map((scope) => scope.slice(scope.lastIndexOf('/') + 1)).filter((scope) => scope !== '')
}

/** What a credential can do, as far as it can be told without a call. */
interface Abilities {
  /** It can act as the application: by its secret, or by a token that says so. */
  app: boolean
  /** Somebody signed in. */
  delegated: boolean
  /** What that person granted; undefined when it cannot be told. */
  scopes: string[] | undefined
}

export function abilitiesOf(credential: MicrosoftCredential): Abilities {
  const { accessToken, refreshToken, msalCache, clientSecret, scopes } = credential
  const claims = accessToken === undefined ? undefined : claimsOf(accessToken)
  const pasted = accessToken !== undefined && claims?.appOnly !== true
  const delegated = msalCache !== undefined || refreshToken !== undefined || pasted
  const granted = claims && claims.scopes.length > 0 ? claims.scopes : toScopes(scopes)
  return {
    app: clientSecret !== undefined || claims?.appOnly === true,
    delegated,
    scopes: delegated && granted.length > 0 ? granted : undefined,
  }
}

/** When a token that was obtained elsewhere ends, in ms UTC. The token knows best: what was noted may be of an earlier one. */
export function accessExpiry({ accessToken, expiresAt }: MicrosoftCredential): number | undefined {
  const told = accessToken === undefined ? undefined : claimsOf(accessToken)?.expiresAt
  return told ?? (typeof expiresAt === 'string' ? toMs(expiresAt) : expiresAt)
}

const CachedAccounts = z.object({
  Account: z.record(z.string(), z.object({ home_account_id: z.string(), username: z.string().optional() })),
})

/** Who signed in: told by a token that was obtained elsewhere, else by the cache that MSAL keeps. */
export function signedInAccount({ msalCache, accessToken }: MicrosoftCredential): { id: string; name: string } | undefined {
  const person = accessToken === undefined ? undefined : claimsOf(accessToken)?.person
  if (person) return person
  const cached = CachedAccounts.safeParse(parseJson(msalCache ?? ''))
  const account = cached.success ? Object.values(cached.data.Account)[0] : undefined
  return account && { id: account.home_account_id, name: account.username || account.home_account_id }
}

/** The workflow's own address, and nothing beside it. A stand-in on this machine is never mixed with the real one. */
export function workflowBases({ workflowsUrl }: MicrosoftCredential, bases: readonly string[]): string[] {
  if (workflowsUrl === undefined || !isWorkflowUrl(workflowsUrl)) return []
  const url = new URL(workflowsUrl)
  const local = bases.every((base) => isLoopback(new URL(base)))
  return isLoopback(url) === local ? [`${url.origin}${url.pathname}`] : []
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: the schema that the caller reads it with says so.
    return undefined
  }
}
