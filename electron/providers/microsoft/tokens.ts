/** Tokens by MSAL on the call's own wire: for the application, and for whoever signed in. None is ever logged. */
import type { Configuration, INetworkModule, PublicClientApplication } from '@azure/msal-node'
import { z } from 'zod'
import { AppError, type Failure, failed } from '#shared/failure'
import { spans } from '#shared/time'
import { abilitiesOf, accessExpiry, claimsOf, type MicrosoftCall, parseJson, toScopes } from './credential.ts'
import { nobody, signInEnded } from './refusals.ts'

/** The authority that MSAL insists on; the host in use is put in its place on the wire. */
const authority = 'https://login.microsoftonline.com'
const graphOfClouds = new Set([
  'https://graph.microsoft.us',
  'https://dod-graph.microsoft.us',
  'https://microsoftgraph.chinacloudapi.cn',
])
const noTenantOfItsOwn = new Set(['common', 'organizations', 'consumers'])
/** A token is not used in its last five minutes. */
const marginMs = 5 * spans.minute

export const signInScopes = ['ChannelMessage.Send', 'Team.ReadBasic.All', 'Channel.ReadBasic.All', 'User.Read'] as const

export interface Token {
  value: string
  expiresAt: number
}

export interface TokenOrder {
  /** Asks anew even when a token is held: for a check, and after a refusal. */
  fresh?: boolean
}

const held = new Map<string, Token>()
const flights = new Map<string, Promise<Token>>()

async function fingerprint(parts: readonly (string | undefined)[]): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(parts)))
  return Buffer.from(bytes).toString('hex')
}

/** Puts the host in use in place of MSAL's. */
export function onEndpoint(call: MicrosoftCall, url: string): string {
  const { pathname, search } = new URL(url)
  return `${call.endpoint('login')}${pathname}${search}`
}

/** A permission of Graph under the name of the cloud in use. */
function scopeOf(call: MicrosoftCall, scope: string): string {
  const graph = call.endpoint('graph')
  return graphOfClouds.has(graph) ? `${graph}/${scope}` : scope
}

export function scopesFor(call: MicrosoftCall, scopes: readonly string[]): string[] {
  return scopes.map((scope) => scopeOf(call, scope))
}

function createNetwork(call: MicrosoftCall, onRefusal: (error: unknown) => void): INetworkModule {
  async function send<T>(method: string, url: string, options?: { headers?: Record<string, string>; body?: string }) {
    try {
      const body = options?.body === undefined ? {} : { body: options.body }
      const response = await call.ask(onEndpoint(call, url), { method, headers: options?.headers ?? {}, ...body })
      const answer = parseJson(await response.text())
      if (answer === undefined) throw failed('unexpected', 'Entra answered something that is not JSON.')
      return { status: response.status, headers: Object.fromEntries(response.headers), body: answer as T }
    } catch (error) {
      onRefusal(error)
      throw error
    }
  }
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  }
}

/** What MSAL made of it when nothing on the wire was refused: its cache had nothing to go on with. */
function msalFailure(error: unknown): Failure {
  const code = error instanceof Error && 'errorCode' in error ? String(error.errorCode) : undefined
  const lacks = error instanceof Error && error.name === 'InteractionRequiredAuthError'
  if (lacks || code === 'no_account_in_silent_request') return signInEnded(code)
  return failed('unexpected', `Entra answered in a shape that is not its documented one${code ? ` (${code})` : ''}.`).failure
}

/** Runs MSAL on the call; what the wire refused counts before what MSAL made of it. */
async function withMsal<T>(call: MicrosoftCall, use: (configuration: Configuration) => Promise<T>): Promise<T> {
  const { tenantId, clientId } = call.credential
  let refusal: unknown
  const networkClient = createNetwork(call, (error) => {
    refusal = error
  })
  try {
    return await use({ auth: { clientId, authority: `${authority}/${tenantId}` }, system: { networkClient } })
  } catch (error) {
    if (refusal !== undefined) throw refusal
    throw error instanceof AppError ? error : new AppError(msalFailure(error), { cause: error })
  }
}

/** What of MSAL's two clients serves a person. */
type PersonApp = Pick<
  PublicClientApplication,
  'getAuthCodeUrl' | 'acquireTokenByCode' | 'acquireTokenSilent' | 'acquireTokenByRefreshToken' | 'getTokenCache'
>

/** A client for the person: public, as a desktop app is; with the secret only where Entra asks for it. */
export async function asPerson<T>(call: MicrosoftCall, use: (app: PersonApp) => Promise<T>): Promise<T> {
  const { PublicClientApplication, ConfidentialClientApplication } = await import('@azure/msal-node')
  const { clientSecret } = call.credential
  try {
    return await withMsal(call, (configuration) => use(new PublicClientApplication(configuration)))
  } catch (error) {
    const wantsSecret = error instanceof AppError && error.failure.code === 'AADSTS7000218'
    if (!wantsSecret || clientSecret === undefined) throw error
    return await withMsal(call, ({ auth, ...rest }) =>
      use(new ConfidentialClientApplication({ ...rest, auth: { ...auth, clientSecret } })),
    )
  }
}

/** MSAL reckons by the clock of the machine; what is left of a token is what counts here. */
function toToken(result: { accessToken: string; expiresOn: Date | null } | null, now: number): Token {
  if (!result?.accessToken) throw failed('unexpected', 'Entra answered without an access token.')
  const leftMs = result.expiresOn ? result.expiresOn.getTime() - Date.now() : spans.hour
  return { value: result.accessToken, expiresAt: now + leftMs }
}

/** Holds tokens by what they were got with, and lets one flight serve all who ask at the same time. */
async function once(key: string, call: MicrosoftCall, order: TokenOrder, acquire: () => Promise<Token>): Promise<Token> {
  const known = held.get(key)
  if (known && !order.fresh && known.expiresAt - marginMs > call.now()) return known
  const flight = flights.get(key)
  if (flight) return await joined(flight, call, acquire)
  const own = acquire()
    .then((token) => hold(key, token, call.now()))
    .finally(() => flights.delete(key))
  flights.set(key, own)
  return await own
}

function hold(key: string, token: Token, now: number): Token {
  for (const [other, { expiresAt }] of held) if (expiresAt <= now) held.delete(other)
  held.set(key, token)
  return token
}

async function joined(flight: Promise<Token>, call: MicrosoftCall, acquire: () => Promise<Token>): Promise<Token> {
  try {
    return await flight
  } catch (error) {
    // Whoever asked first was stopped; that says nothing to this call.
    if (error instanceof AppError && error.failure.kind === 'cancelled' && !call.signal.aborted) return await acquire()
    throw error
  }
}

function pastedToken(call: MicrosoftCall): Token | undefined {
  const { accessToken } = call.credential
  if (accessToken === undefined) return undefined
  const { refreshToken, msalCache } = call.credential
  const aheadMs = refreshToken === undefined && msalCache === undefined ? 0 : marginMs
  const expiresAt = accessExpiry(call.credential) ?? Number.POSITIVE_INFINITY
  return expiresAt - aheadMs > call.now() ? { value: accessToken, expiresAt } : undefined
}

/** A token of the application itself. */
export async function appToken(call: MicrosoftCall, order: TokenOrder = {}): Promise<Token> {
  const { tenantId, clientId, clientSecret } = call.credential
  if (clientSecret === undefined) return ownAppToken(call)
  if (noTenantOfItsOwn.has(tenantId)) {
    const fields = [{ path: 'credential.tenantId', message: 'must be the ID or a domain of one directory' }]
    throw failed('invalid', `With a client secret the directory must be named; ${tenantId} is none.`, { fields })
  }
  const key = await fingerprint(['app', call.endpoint('login'), call.endpoint('graph'), tenantId, clientId, clientSecret])
  return once(key, call, order, async () => {
    const { ConfidentialClientApplication } = await import('@azure/msal-node')
    const graph = call.endpoint('graph')
    const resource = graphOfClouds.has(graph) ? graph : 'https://graph.microsoft.com'
    return withMsal(call, async ({ auth, ...rest }) => {
      const app = new ConfidentialClientApplication({ ...rest, auth: { ...auth, clientSecret } })
      return toToken(await app.acquireTokenByClientCredential({ scopes: [`${resource}/.default`] }), call.now())
    })
  })
}

function ownAppToken(call: MicrosoftCall): Token {
  const token = pastedToken(call)
  if (token && claimsOf(token.value)?.appOnly) return token
  throw new AppError(abilitiesOf(call.credential).app ? signInEnded() : nobody('This'))
}

/** A token of the person who signed in, renewed and stored again where that is due. */
export async function personToken(call: MicrosoftCall, order: TokenOrder = {}): Promise<Token> {
  const { credential } = call
  const pasted = pastedToken(call)
  if (pasted && claimsOf(pasted.value)?.appOnly !== true) return pasted
  const { tenantId, clientId, msalCache, refreshToken } = credential
  if (msalCache === undefined && refreshToken === undefined) throw new AppError(signInEnded())
  const key = await fingerprint(['person', call.endpoint('login'), tenantId, clientId, msalCache, refreshToken])
  return once(key, call, order, () =>
    msalCache === undefined ? renewPasted(call, refreshToken ?? '') : renewCached(call, msalCache, order),
  )
}

function renewCached(call: MicrosoftCall, msalCache: string, { fresh = false }: TokenOrder): Promise<Token> {
  return asPerson(call, async (app) => {
    const cache = app.getTokenCache()
    if (parseJson(msalCache) === undefined) throw new AppError(signInEnded())
    cache.deserialize(msalCache)
    const [account] = await cache.getAllAccounts()
    if (!account) throw new AppError(signInEnded())
    const scopes = scopesFor(call, grantedOf(call))
    const result = await app.acquireTokenSilent({ account, scopes, forceRefresh: fresh })
    if (!result.fromCache) await call.replaceCredential({ ...call.credential, msalCache: cache.serialize() })
    return toToken(result, call.now())
  })
}

/** A refresh token that was obtained elsewhere: from here on MSAL's cache keeps what it leads to. */
function renewPasted(call: MicrosoftCall, refreshToken: string): Promise<Token> {
  return asPerson(call, async (app) => {
    const scopes = scopesFor(call, grantedOf(call))
    const result = await app.acquireTokenByRefreshToken({ refreshToken, scopes, forceCache: true })
    const token = toToken(result, call.now())
    const kept = app.getTokenCache().serialize()
    const { accessToken: _old, refreshToken: _used, expiresAt: _ended, ...rest } = call.credential
    const complete = isComplete(kept)
    const renewed = complete
      ? { ...rest, msalCache: kept }
      : { ...rest, accessToken: token.value, refreshToken, expiresAt: token.expiresAt }
    await call.replaceCredential(renewed, complete ? {} : { expiresAt: token.expiresAt })
    return token
  })
}

const CompleteCache = z.object({
  Account: z.record(z.string(), z.unknown()).refine((accounts) => Object.keys(accounts).length > 0),
  RefreshToken: z.record(z.string(), z.unknown()).refine((tokens) => Object.keys(tokens).length > 0),
})

/** Whether a cache can go on by itself: an account and a refresh token are in it. */
export function isComplete(msalCache: string): boolean {
  return CompleteCache.safeParse(parseJson(msalCache)).success
}

/** What was granted at the sign-in, as asking for more would ask Entra each time; all that we need where it is unknown. */
function grantedOf(call: MicrosoftCall): string[] {
  const granted = toScopes(call.credential.scopes).filter(
    (scope) => !['openid', 'profile', 'email', 'offline_access'].includes(scope),
  )
  return granted.length > 0 ? granted : [...signInScopes]
}
