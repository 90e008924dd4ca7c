/** Sign-in and tokens of a provider with OAuth 2.0: what differs between providers is data, what is the same is written once. */
import { z } from 'zod'
import { AppError, failed } from '#shared/failure'
import { Instant, toMs } from '#shared/time'
import type { Call, CallFetch } from './call.ts'
import type { SignedIn, SignIn, SignInStart } from './define.ts'
import { parseAnswer } from './make-call.ts'

const secretText = z.string().min(1).max(20_000)

/** The fields of a token obtained by signing in, or elsewhere. Spread into a credential schema after the app's own fields. */
export const tokenFields = {
  accessToken: secretText
    .optional()
    .meta({ title: 'Access token', secret: true, advanced: true, help: 'Obtained elsewhere; signing in fills it.' }),
  refreshToken: secretText
    .optional()
    .meta({ title: 'Refresh token', secret: true, advanced: true, help: 'Obtained elsewhere; signing in fills it.' }),
  expiresAt: z.union([z.int().nonnegative(), Instant]).optional().meta({ title: 'Access token expires at', advanced: true }),
  scopes: z.array(z.string().max(300)).max(100).optional().meta({ title: 'Scopes', advanced: true }),
}

/** What the tokens of a credential look like, whatever the app's own fields are called. */
export interface TokenCredential {
  accessToken?: string | undefined
  refreshToken?: string | undefined
  /** ms UTC, or an instant as somebody pasted it. */
  expiresAt?: number | string | undefined
  scopes?: string[] | undefined
}

/** The client of the tenant's own app. */
export interface OAuthClient {
  id: string
  secret: string | undefined
}

/** How a provider's OAuth differs from the standard. */
export interface OAuthTerms<C extends TokenCredential, S> {
  title: string
  scopes(settings: S): readonly string[]
  client(credential: C): OAuthClient
  authorizeUrl(call: Call<C, S>): string
  tokenUrl(call: Call<C, S>): string
  /** `hex` is TikTok's: the digest in hexadecimal instead of base64url. */
  pkce: 'S256' | 'hex' | 'none'
  /** How the client proves itself: secret in the form, or HTTP Basic. A client without a secret names itself in the form. */
  clientAuth: 'post' | 'basic'
  /** Name of the client id in forms, where it is not `client_id`. */
  clientIdName?: string
  scopeSeparator?: ' ' | ','
  /** Further parameters of the authorization page. */
  authorizeParams?: Readonly<Record<string, string>>
  /** Headers of token requests. */
  headers?(call: Call<C, S>): Record<string, string>
  /** Whether a refresh is due this long before the end; 5 minutes unless said otherwise. In ms. */
  marginMs?: number
  /** Asked instead of the standard redemption of a code, where a provider has its own (Meta wants a GET). */
  redeem?(call: Call<C, S>, grant: { code: string; redirectUri: string }): Promise<Tokens>
  /** Asked instead of the standard refresh where a provider has its own (Meta, Threads). Undefined in the answer's fields keeps what is stored. */
  refresh?(call: Call<C, S>, credential: C): Promise<Tokens>
  /** Turns a fresh token into a longer-lived one, where the provider wants that done first. */
  exchange?(call: Call<C, S>, tokens: Tokens): Promise<Tokens>
  /** Who signed in. */
  account(call: Call<C, S>, accessToken: string): Promise<{ id: string; name: string }>
}

/** Tokens as a token endpoint answers them, in our words. `expiresAt` in ms UTC. */
export interface Tokens {
  accessToken: string
  refreshToken?: string | undefined
  expiresAt?: number | undefined
  scopes?: string[] | undefined
}

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().nullish(),
  expires_in: z.coerce.number().nonnegative().nullish(),
  scope: z.union([z.string(), z.array(z.string())]).nullish(),
})

/** Reads the answer of a token endpoint; lenient where providers are known to differ from RFC 6749, strict in what we need. */
export function readTokens(text: string, provider: string, now: number): Tokens {
  const answer = parseAnswer(TokenAnswer, text, provider)
  const scopes = typeof answer.scope === 'string' ? answer.scope.split(/[\s,]+/).filter(Boolean) : answer.scope
  return {
    accessToken: answer.access_token,
    ...(answer.refresh_token ? { refreshToken: answer.refresh_token } : {}),
    ...(answer.expires_in ? { expiresAt: now + answer.expires_in * 1_000 } : {}),
    ...(scopes?.length ? { scopes: [...scopes] } : {}),
  }
}

/** The end of a credential's token in ms UTC; undefined when nobody told one. */
export function endOf({ expiresAt }: TokenCredential): number | undefined {
  return typeof expiresAt === 'string' ? toMs(expiresAt) : expiresAt
}

/** The stored credential with new tokens in it. An empty refresh token never overwrites a stored one; an old end is not carried over. */
export function withTokens<C extends TokenCredential>(stored: C, tokens: Tokens): C {
  const { accessToken: _token, expiresAt: _ended, ...kept } = stored
  const refreshToken = tokens.refreshToken || stored.refreshToken
  const scopes = tokens.scopes?.length ? tokens.scopes : stored.scopes
  return {
    ...kept,
    accessToken: tokens.accessToken,
    ...(refreshToken ? { refreshToken } : {}),
    ...(tokens.expiresAt === undefined ? {} : { expiresAt: tokens.expiresAt }),
    ...(scopes ? { scopes } : {}),
  } as C
}

const unreserved = /[!'()*]/g
const formEncode = (text: string) =>
  encodeURIComponent(text).replace(unreserved, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** Posts a form as the client. A question: a lost answer is `unavailable`. */
async function askAsClient<C extends TokenCredential, S>(
  call: Call<C, S>,
  terms: OAuthTerms<C, S>,
  url: string,
  form: Record<string, string>,
): Promise<Response> {
  const { id, secret } = terms.client(call.credential)
  const fields = new URLSearchParams(form)
  const headers: Record<string, string> = { accept: 'application/json', ...terms.headers?.(call) }
  if (terms.clientAuth === 'basic' && secret !== undefined) {
    headers.authorization = `Basic ${btoa(`${formEncode(id)}:${formEncode(secret)}`)}`
  } else {
    fields.set(terms.clientIdName ?? 'client_id', id)
    if (secret !== undefined) fields.set('client_secret', secret)
  }
  return call.ask(url, { method: 'POST', headers, body: fields })
}

/** Asks the token endpoint. */
export async function askTokens<C extends TokenCredential, S>(
  call: Call<C, S>,
  terms: OAuthTerms<C, S>,
  form: Record<string, string>,
): Promise<Tokens> {
  const url = terms.tokenUrl(call)
  const response = await askAsClient(call, terms, url, form)
  return readTokens(await response.text(), new URL(url).host, call.now())
}

/** Tells the provider that the sign-in is over (RFC 7009): the refresh token where there is one, else the access token. */
export async function revokeAt<C extends TokenCredential, S>(
  call: Call<C, S>,
  terms: OAuthTerms<C, S>,
  url: string,
): Promise<void> {
  const { refreshToken, accessToken } = call.credential
  const token = refreshToken ?? accessToken
  if (token === undefined) return
  await askAsClient(call, terms, url, { token, token_type_hint: refreshToken ? 'refresh_token' : 'access_token' })
}

async function hexDigest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function challengeOf(start: SignInStart<never, never>, pkce: 'S256' | 'hex'): Promise<string> {
  return pkce === 'hex' ? hexDigest(start.codeVerifier) : start.codeChallenge
}

/** A token is renewed this long before its end when it is used, and when nobody uses it. */
const fiveMinutesMs = 300_000
const fifteenMinutesMs = 900_000

/** The sign-in of a provider, made of its terms. `place` says where the browser comes back to. */
export function oauthSignIn<C extends TokenCredential, S>(
  terms: OAuthTerms<C, S>,
  place: Pick<SignIn<C, S>, 'redirectPath' | 'redirectHost' | 'ports' | 'paste' | 'issuer'> & { scopes: readonly string[] },
): SignIn<C, S> {
  const ahead = Math.max(terms.marginMs ?? 0, fifteenMinutesMs)
  return {
    ...place,
    title: terms.title,
    renewsWith: terms.refresh ? 'access_token' : 'refresh_token',
    renewsAheadMs: ahead,
    async renew(call) {
      await accessToken(call, { ...terms, marginMs: ahead }, { provider: terms.title.replace(/^Sign in with /, '') })
    },
    scopesFor: terms.scopes,
    async authorizationUrl(start) {
      const { call, redirectUri, state } = start
      const url = new URL(terms.authorizeUrl(call))
      const params: Record<string, string> = {
        response_type: 'code',
        [terms.clientIdName ?? 'client_id']: terms.client(call.credential).id,
        redirect_uri: redirectUri,
        state,
        ...terms.authorizeParams,
      }
      if (terms.pkce !== 'none') {
        params.code_challenge = await challengeOf(start as never, terms.pkce)
        params.code_challenge_method = 'S256'
      }
      const scope = terms.scopes(call.settings).join(terms.scopeSeparator ?? ' ')
      if (scope !== '') params.scope = scope
      for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
      // Not every provider reads a plus as a space.
      url.search = url.searchParams.toString().replaceAll('+', '%20')
      return url.href
    },
    async redeem({ call, redirectUri, code, codeVerifier }): Promise<SignedIn<C>> {
      const proof: Record<string, string> = terms.pkce === 'none' ? {} : { code_verifier: codeVerifier }
      const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...proof }
      const first = terms.redeem ? await terms.redeem(call, { code, redirectUri }) : await askTokens(call, terms, grant)
      const tokens = terms.exchange ? await terms.exchange(call, first) : first
      const { refreshToken: _old, scopes: _before, ...app } = call.credential
      // Who tells of no scopes granted those that were asked for (RFC 6749, 5.1).
      const granted = tokens.scopes ?? first.scopes ?? [...terms.scopes(call.settings)]
      return {
        credential: withTokens(app as C, { ...tokens, scopes: granted }),
        account: await terms.account(call, tokens.accessToken),
        scopes: granted,
        ...(tokens.expiresAt === undefined ? {} : { expiresAt: tokens.expiresAt }),
      }
    },
  }
}

/** Why a request cannot even be tried: nobody signed in, or what they got has ended for good. */
export function signedOut(provider: string, why: 'never' | 'ended'): AppError {
  const told =
    why === 'never' ? `Nobody has signed in at ${provider} yet.` : `The sign-in at ${provider} has ended and cannot be renewed.`
  return failed('unauthorized', `${told} Sign in to go on.`, {
    code: why === 'never' ? 'not_signed_in' : 'sign_in_ended',
    action: { label: 'Sign in', href: '/integrations' },
  })
}

async function refreshed<C extends TokenCredential, S>(
  call: Call<C, S>,
  terms: OAuthTerms<C, S>,
  credential: C,
): Promise<Tokens> {
  if (terms.refresh) return terms.refresh(call, credential)
  return askTokens({ ...call, credential }, terms, { grant_type: 'refresh_token', refresh_token: credential.refreshToken ?? '' })
}

function isRenewable<C extends TokenCredential, S>(terms: OAuthTerms<C, S>, credential: C): boolean {
  return Boolean(credential.refreshToken || (terms.refresh && credential.accessToken))
}

/** A fault on the way says nothing about the sign-in. */
function isPassing(error: unknown): boolean {
  return error instanceof AppError && (error.failure.kind === 'unavailable' || error.failure.kind === 'rate_limited')
}

/** Whether the token at hand may be used although it could not be renewed ahead of its end. */
function isStillGood(credential: TokenCredential, now: number, unlike: string | undefined): boolean {
  const end = endOf(credential)
  return credential.accessToken !== undefined && credential.accessToken !== unlike && (end === undefined || end > now)
}

/** A token that is good for now: renewed ahead of its end where it can be, refused in words where it cannot. */
export async function accessToken<C extends TokenCredential, S>(
  call: Call<C, S>,
  terms: OAuthTerms<C, S>,
  options: { provider: string; unlike?: string },
): Promise<string> {
  const margin = terms.marginMs ?? fiveMinutesMs
  let latest = call.credential
  const isDue = (credential: C) => {
    latest = credential
    if (!isRenewable(terms, credential)) return false
    if (!credential.accessToken || credential.accessToken === options.unlike) return true
    const end = endOf(credential)
    return end !== undefined && end - margin <= call.now()
  }
  const renewal = call.renew(isDue, async (stored) => {
    const tokens = await refreshed(call, terms, stored)
    return { credential: withTokens(stored, tokens), ...(tokens.expiresAt === undefined ? {} : { expiresAt: tokens.expiresAt }) }
  })
  const credential = await renewal.catch((error: unknown) => {
    if (!isPassing(error) || !isStillGood(latest, call.now(), options.unlike)) throw error
    return latest
  })
  if (!credential.accessToken) throw signedOut(options.provider, 'never')
  const end = endOf(credential)
  if (end !== undefined && end <= call.now()) throw signedOut(options.provider, 'ended')
  return credential.accessToken
}

/**
 * Sends a request with a good token. One that is refused with 401 before its time is renewed once and the request sent again.
 *
 * Why   a 401 is an answer: the provider did nothing, so a second send is no second effect
 */
export async function sendSigned<C extends TokenCredential, S>(
  call: Call<C, S>,
  terms: OAuthTerms<C, S>,
  request: { provider: string; send: CallFetch; url: string; init?: RequestInit },
): Promise<Response> {
  const { provider, send, url, init = {} } = request
  const withToken = (token: string) => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${token}`)
    return { ...init, headers }
  }
  const token = await accessToken(call, terms, { provider })
  try {
    return await send(url, withToken(token))
  } catch (error) {
    const refused = error instanceof AppError && error.failure.kind === 'unauthorized'
    if (!refused || !isRenewable(terms, call.credential)) throw error
    const renewed = await accessToken(call, terms, { provider, unlike: token })
    if (renewed === token) throw error
    return send(url, withToken(renewed))
  }
}

/** A request that is sent with a good token. Without `how` it is a question. */
export interface SignedRequest {
  url: string
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  headers?: Record<string, string>
  json?: unknown
  body?: NonNullable<RequestInit['body']>
  how?: 'fetch' | 'ask'
}

/** The requests of a provider, each with a good token. */
export function signedDoor<C extends TokenCredential, S>(terms: OAuthTerms<C, S>, provider: string) {
  async function send(call: Call<C, S>, request: SignedRequest): Promise<Response> {
    const { url, json, body, how = 'ask' } = request
    const method = request.method ?? (json === undefined && body === undefined ? 'GET' : 'POST')
    const headers = {
      ...terms.headers?.(call),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    }
    const content = json === undefined ? body : JSON.stringify(json)
    const init = { method, headers, ...(content === undefined ? {} : { body: content }) }
    return sendSigned(call, terms, { provider, send: call[how], url, init })
  }
  return {
    send,
    async json<T extends z.ZodType>(call: Call<C, S>, schema: T, request: SignedRequest): Promise<z.output<T>> {
      const response = await send(call, request)
      return parseAnswer(schema, await response.text(), provider)
    },
  }
}
