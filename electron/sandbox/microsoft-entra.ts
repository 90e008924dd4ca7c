/** Entra's half of the Microsoft stand-in: who is known, the tokens they get, and the page on which they sign in. */
import { hash } from 'node:crypto'
import type { SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'

export const tenantId = '0d0e0a00-0000-4000-8000-00000000d3e0'
export const clientId = '0d0e0a00-0000-4000-8000-00000000c11e'
export const clientSecret = 'demo-secret-stand-in-only'
export const graphAudience = 'https://graph.microsoft.com'
export const seal = Buffer.from('atlas-ux-stand-in').toString('base64url')
const hourSeconds = 3_600

export interface Person {
  oid: string
  upn: string
  name: string
}
const operator: Person = { oid: '0d0e0a00-0000-4000-8000-0000000000a1', upn: 'operator@demo.example', name: 'Demo Operator' }
const second: Person = { oid: '0d0e0a00-0000-4000-8000-0000000000a2', upn: 'second@demo.example', name: 'Second Demo Operator' }
export const people = [operator, second]

export const delegatedScopes = 'Channel.ReadBasic.All ChannelMessage.Send Team.ReadBasic.All User.Read'
export type Fields = Record<string, unknown>
const encode = (value: Fields) => Buffer.from(JSON.stringify(value)).toString('base64url')

export function decode(text: string | undefined): Fields | undefined {
  try {
    return JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8')) as Fields
  } catch {
    // Not one of ours: the caller refuses it as Entra would.
    return undefined
  }
}

function jwt(payload: Fields): string {
  return `${encode({ typ: 'JWT', alg: 'RS256', kid: 'stand-in' })}.${encode(payload)}.${seal}`
}

function accessJwt(claims: Fields, issuedAt: number, expiresAt: number): string {
  const common = { aud: graphAudience, iss: `https://sts.windows.net/${tenantId}/`, appid: clientId, tid: tenantId, ver: '1.0' }
  return jwt({ ...common, iat: issuedAt, nbf: issuedAt, exp: expiresAt, ...claims })
}

export const appClaims = { idtyp: 'app', oid: '0d0e0a00-0000-4000-8000-0000000000b0', roles: ['Mail.Send', 'User.Read.All'] }
const personClaims = ({ oid, upn, name }: Person) => ({ idtyp: 'user', oid, upn, name, scp: delegatedScopes })

/** 1 January 2100, in seconds: the Demo's own token outlives every Demo. */
export const demoToken = accessJwt(personClaims(operator), 1_767_225_600, 4_102_444_800)

export function reference(): string {
  return crypto.randomUUID()
}

export function entraError(error: string, number: number, told: string, status = 400): SandboxResponse {
  const id = reference()
  const description = `AADSTS${number}: ${told} Trace ID: ${id} Correlation ID: ${id}`
  return {
    status,
    body: {
      error,
      error_description: description,
      error_codes: [number],
      trace_id: id,
      correlation_id: id,
      error_uri: `https://login.microsoftonline.com/error?code=${number}`,
    },
  }
}

function personTokens(person: Person, now: number): SandboxResponse {
  const issuedAt = Math.floor(now / 1_000)
  const { oid, upn, name } = person
  const identity = {
    aud: clientId,
    iss: `https://login.microsoftonline.com/${tenantId}/v2.0`,
    tid: tenantId,
    ver: '2.0',
    sub: oid,
  }
  return {
    status: 200,
    body: {
      token_type: 'Bearer',
      scope: `${delegatedScopes} openid profile offline_access`,
      expires_in: hourSeconds,
      ext_expires_in: hourSeconds,
      access_token: accessJwt(personClaims(person), issuedAt, issuedAt + hourSeconds),
      refresh_token: `demo-refresh.${encode({ oid, at: now, nonce: reference() })}.${seal}`,
      id_token: jwt({
        ...identity,
        oid,
        name,
        preferred_username: upn,
        iat: issuedAt,
        nbf: issuedAt,
        exp: issuedAt + hourSeconds,
      }),
      client_info: encode({ uid: oid, utid: tenantId }),
    },
  }
}

function appTokens(form: URLSearchParams, now: number): SandboxResponse {
  if (form.get('client_secret') !== clientSecret) {
    return entraError(
      'invalid_client',
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
      401,
    )
  }
  if (form.get('scope') !== `${graphAudience}/.default`) {
    return entraError(
      'invalid_scope',
      1002012,
      `The provided value for scope ${form.get('scope')} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.`,
    )
  }
  const issuedAt = Math.floor(now / 1_000)
  const access_token = accessJwt(appClaims, issuedAt, issuedAt + hourSeconds)
  return { status: 200, body: { token_type: 'Bearer', expires_in: hourSeconds, ext_expires_in: hourSeconds, access_token } }
}

function redeemCode(form: URLSearchParams, context: SandboxContext): SandboxResponse {
  const code = form.get('code') ?? ''
  const grant = decode(code.split('.')[1])
  const person = people.find(({ oid }) => oid === grant?.oid)
  if (!grant || !person) return entraError('invalid_grant', 9002313, 'Invalid request. Request is malformed or invalid.')
  if (grant.redirectUri !== form.get('redirect_uri')) {
    return entraError(
      'invalid_grant',
      500112,
      'The reply address does not match the reply address provided when requesting the authorization code.',
    )
  }
  const challenge = hash('sha256', form.get('code_verifier') ?? '', 'base64url')
  if (grant.challenge !== challenge) {
    return entraError(
      'invalid_grant',
      501481,
      'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
    )
  }
  if (context.recall(`code:${code}`)) return entraError('invalid_grant', 54005, 'OAuth2 Authorization code was already redeemed.')
  context.keep(`code:${code}`, { status: 200 })
  return personTokens(person, context.now())
}

function refresh(form: URLSearchParams, context: SandboxContext): SandboxResponse {
  const [mark, payload, sealed] = (form.get('refresh_token') ?? '').split('.')
  const person = people.find(({ oid }) => oid === decode(payload)?.oid)
  if (mark !== 'demo-refresh' || sealed !== seal || !person) {
    return entraError('invalid_grant', 9002313, 'Invalid request. Request is malformed or invalid.')
  }
  return personTokens(person, context.now())
}

export function token(request: SandboxRequest, context: SandboxContext, tenant: string): SandboxResponse {
  const form = new URLSearchParams(request.rawBody)
  if (tenant !== tenantId)
    return entraError(
      'invalid_request',
      90002,
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID.`,
    )
  if (form.get('client_id') !== clientId) {
    return entraError(
      'unauthorized_client',
      700016,
      `Application with identifier '${form.get('client_id')}' was not found in the directory '${tenantId}'.`,
    )
  }
  const grant = form.get('grant_type')
  if (grant === 'client_credentials') return appTokens(form, context.now())
  if (grant === 'authorization_code') return redeemCode(form, context)
  if (grant === 'refresh_token') return refresh(form, context)
  return entraError('unsupported_grant_type', 70003, `The app requested an unsupported grant type '${grant}'.`)
}

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)

function page(status: number, content: string): SandboxResponse {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in (Demo stand-in)</title><h1>Sign in</h1><p>This is the Demo's stand-in for Microsoft. Nothing leaves this machine.</p>${content}</html>`
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }, body: html }
}

function authorizeFault(query: URLSearchParams): string | undefined {
  const redirect = query.get('redirect_uri') ?? ''
  const registered = URL.canParse(redirect) && /^http:\/\/localhost(:\d+)?\/?$/.test(redirect)
  if (query.get('client_id') !== clientId) return 'AADSTS700016: Application was not found in the directory.'
  if (!registered)
    return 'AADSTS50011: The redirect URI specified in the request does not match the redirect URIs configured for the application.'
  if (query.get('response_type') !== 'code') return 'AADSTS70005: response_type is not supported.'
  const proves = query.get('code_challenge_method') === 'S256' && query.has('code_challenge')
  return proves ? undefined : 'AADSTS9002325: Proof Key for Code Exchange is required.'
}

export function authorize({ query }: SandboxRequest): SandboxResponse {
  const fault = authorizeFault(query)
  if (fault) return page(400, `<p>${fault}</p>`)
  const redirectUri = query.get('redirect_uri') ?? ''
  function link(words: string, answer: Record<string, string>): string {
    const to = new URL(redirectUri)
    for (const [name, value] of Object.entries({ ...answer, state: query.get('state') ?? '' })) to.searchParams.set(name, value)
    return `<p><a href="${escapeHtml(to.href)}">${words}</a></p>`
  }
  const accept = people.map(({ oid, name }) => {
    const grant = { oid, redirectUri, challenge: query.get('code_challenge'), nonce: reference() }
    return link(`Sign in as ${name}`, { code: `demo-code.${encode(grant)}.${seal}`, session_state: reference() })
  })
  const declined = { error: 'access_denied', error_description: 'AADSTS65004: User declined to consent to access the app.' }
  return page(200, [...accept, link('Decline', declined)].join(''))
}
