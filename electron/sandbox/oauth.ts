/** The OAuth half of a stand-in: a page to sign in on, codes that work once, tokens that end, refresh tokens that rotate. */
import { hash } from 'node:crypto'
import type { SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'

/** Who can sign in at a stand-in. */
export interface StandInPerson {
  id: string
  name: string
}

export interface OAuthStandInTerms {
  provider: string
  clientId: string
  clientSecret: string
  /** Accepted without a sign-in, for the Demo's own connection. */
  demoToken: string
  people: readonly [StandInPerson, ...StandInPerson[]]
  scopes: readonly string[]
  /** How long a token lasts, in seconds. */
  lastsSeconds: number
  /** Whether refresh tokens are given, and whether each works once. */
  refresh: 'rotating' | 'static' | 'none'
  pkce: 'S256' | 'hex' | 'none'
  clientIdName?: string
  scopeSeparator?: ' ' | ','
  /** Answers further fields beside the tokens, as the provider does. */
  extra?(person: StandInPerson): Record<string, unknown>
  /** The provider's own shape of an error, where it is not RFC 6749's. */
  error?(error: string, told: string): SandboxResponse
}

export interface OAuthStandIn {
  authorize(request: SandboxRequest): SandboxResponse
  token(request: SandboxRequest, context: SandboxContext): SandboxResponse
  revoke(request: SandboxRequest, context: SandboxContext): SandboxResponse
  /** Who the bearer of this request is; undefined when the token is not accepted (any more). */
  bearer(request: SandboxRequest, context: SandboxContext): StandInPerson | undefined
  /** Who a token belongs to, for providers that take it elsewhere than in the header. */
  holder(token: string | null | undefined, context: SandboxContext): StandInPerson | undefined
}

interface Grant {
  personId: string
  redirectUri: string
  challenge: string | null
  nonce: string
}

interface Issued {
  personId: string
  /** ms UTC. */
  endsAt: number
  nonce: string
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

function decode<T>(text: string | undefined): T | undefined {
  try {
    return JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8')) as T
  } catch {
    // Not one of ours: refused as unknown.
    return undefined
  }
}

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)

function page(provider: string, status: number, content: string): SandboxResponse {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in (Demo stand-in)</title><h1>Sign in</h1><p>This is the Demo's stand-in for ${provider}. Nothing leaves this machine.</p>${content}</html>`
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }, body: html }
}

/** Only this machine, and the pages whose address an operator pastes, may be sent a code. */
function mayReturnTo(redirect: string): boolean {
  if (!URL.canParse(redirect)) return false
  const { protocol, hostname } = new URL(redirect)
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
}

export function createOAuthStandIn(terms: OAuthStandInTerms): OAuthStandIn {
  const { provider, people } = terms
  const seal = hash('sha256', `stand-in ${provider}`, 'base64url').slice(0, 16)
  const clientIdName = terms.clientIdName ?? 'client_id'
  const personOf = (id: string | undefined) => people.find((person) => person.id === id)

  function fault(error: string, told: string, status = 400): SandboxResponse {
    return terms.error?.(error, told) ?? { status, body: { error, error_description: told } }
  }

  function linkTo(query: URLSearchParams, words: string, answer: Record<string, string>): string {
    const to = new URL(query.get('redirect_uri') ?? '')
    for (const [name, value] of Object.entries({ ...answer, state: query.get('state') ?? '' })) to.searchParams.set(name, value)
    return `<p><a href="${escapeHtml(to.href)}">${words}</a></p>`
  }

  function whyNoPage(query: URLSearchParams): string | undefined {
    if (query.get(clientIdName) !== terms.clientId) return 'The app is not known here.'
    if (!mayReturnTo(query.get('redirect_uri') ?? '')) return 'The redirect address is not registered for this app.'
    if (query.get('response_type') !== 'code') return 'response_type must be code.'
    if (terms.pkce !== 'none' && !query.get('code_challenge')) return 'A code challenge is required.'
    return undefined
  }

  function authorize({ query }: SandboxRequest): SandboxResponse {
    const why = whyNoPage(query)
    if (why) return page(provider, 400, `<p>${why}</p>`)
    const accept = people.map(({ id, name }) => {
      const grant: Grant = {
        personId: id,
        redirectUri: query.get('redirect_uri') ?? '',
        challenge: query.get('code_challenge'),
        nonce: crypto.randomUUID(),
      }
      return linkTo(query, `Sign in as ${escapeHtml(name)}`, { code: `demo-code.${encode(grant)}.${seal}` })
    })
    const decline = linkTo(query, 'Decline', { error: 'access_denied', error_description: 'The user denied the request.' })
    return page(provider, 200, [...accept, decline].join(''))
  }

  function tokens(person: StandInPerson, context: SandboxContext, kept?: string): SandboxResponse {
    const endsAt = context.now() + terms.lastsSeconds * 1_000
    const issued: Issued = { personId: person.id, endsAt, nonce: crypto.randomUUID() }
    const refresh = kept ?? `demo-refresh.${encode({ ...issued, nonce: crypto.randomUUID() })}.${seal}`
    return {
      status: 200,
      body: {
        access_token: `demo-access.${encode(issued)}.${seal}`,
        token_type: 'bearer',
        expires_in: terms.lastsSeconds,
        scope: terms.scopes.join(terms.scopeSeparator ?? ' '),
        ...(terms.refresh === 'none' ? {} : { refresh_token: refresh }),
        ...terms.extra?.(person),
      },
    }
  }

  function challengeOf(verifier: string): string {
    return hash('sha256', verifier, terms.pkce === 'hex' ? 'hex' : 'base64url')
  }

  function redeem(form: URLSearchParams, context: SandboxContext): SandboxResponse {
    const code = form.get('code') ?? ''
    const [mark, payload, sealed] = code.split('.')
    const grant = decode<Grant>(payload)
    const person = personOf(grant?.personId)
    if (mark !== 'demo-code' || sealed !== seal || !grant || !person) return fault('invalid_grant', 'The code is not known.')
    if (grant.redirectUri !== form.get('redirect_uri')) return fault('invalid_grant', 'The redirect address differs.')
    const proven = terms.pkce === 'none' || grant.challenge === challengeOf(form.get('code_verifier') ?? '')
    if (!proven) return fault('invalid_grant', 'The code verifier does not fit the challenge.')
    if (context.recall(`code ${code}`)) return fault('invalid_grant', 'The code was already used.')
    context.keep(`code ${code}`, { status: 200 })
    return tokens(person, context)
  }

  function renew(form: URLSearchParams, context: SandboxContext): SandboxResponse {
    const given = form.get('refresh_token') ?? ''
    const [mark, payload, sealed] = given.split('.')
    const person = personOf(decode<Issued>(payload)?.personId)
    if (mark !== 'demo-refresh' || sealed !== seal || !person) return fault('invalid_grant', 'The refresh token is not known.')
    if (context.recall(`ended ${given}`)) return fault('invalid_grant', 'The refresh token was used or revoked.')
    if (terms.refresh === 'static') return tokens(person, context, given)
    context.keep(`ended ${given}`, { status: 200 })
    return tokens(person, context)
  }

  function isClient(form: URLSearchParams, headers: Headers): boolean {
    const basic = /^Basic (.+)$/.exec(headers.get('authorization') ?? '')?.[1]
    const [id, secret] = basic
      ? Buffer.from(basic, 'base64').toString('utf8').split(':', 2).map(decodeURIComponent)
      : [form.get(clientIdName), form.get('client_secret')]
    return id === terms.clientId && secret === terms.clientSecret
  }

  function token(request: SandboxRequest, context: SandboxContext): SandboxResponse {
    const form = new URLSearchParams(request.rawBody)
    if (!isClient(form, request.headers)) return fault('invalid_client', 'The client id or secret is wrong.', 401)
    const grant = form.get('grant_type')
    if (grant === 'authorization_code') return redeem(form, context)
    if (grant === 'refresh_token' && terms.refresh !== 'none') return renew(form, context)
    return fault('unsupported_grant_type', `The grant type ${grant} is not offered.`)
  }

  function holder(token: string | null | undefined, context: SandboxContext): StandInPerson | undefined {
    if (!token) return undefined
    if (context.recall(`ended ${token}`)) return undefined
    if (token === terms.demoToken) return people[0]
    const [mark, payload, sealed] = token.split('.')
    const issued = decode<Issued>(payload)
    if (mark !== 'demo-access' || sealed !== seal || !issued || issued.endsAt <= context.now()) return undefined
    return personOf(issued.personId)
  }

  return {
    authorize,
    token,
    revoke(request, context) {
      const revoked = new URLSearchParams(request.rawBody).get('token') ?? request.query.get('token') ?? ''
      context.keep(`ended ${revoked}`, { status: 200 })
      return { status: 200, body: {} }
    },
    bearer: ({ headers }, context) => holder(/^(?:Bearer|OAuth) (.+)$/i.exec(headers.get('authorization') ?? '')?.[1], context),
    holder,
  }
}
