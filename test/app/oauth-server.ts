/** A real OAuth server on loopback (a certified OpenID provider), and a person who signs in at its own pages. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Configuration } from 'oidc-provider'

/** An access token lasts this long, in seconds. */
export const lastsSeconds = 600

export interface OAuthServer {
  url: string
  /** What the person is led to after signing in: the redirect address with its answer. */
  signIn(authorizationUrl: string, login: string): Promise<URL>
  decline(authorizationUrl: string): Promise<URL>
  /** Takes back all that the person ever granted. */
  revokeAll(): Promise<void>
  /** Requests that reached the token endpoint. */
  tokenRequests(): number
  /** Lets requests to the token endpoint be cut off, before or after they were dealt with. */
  cutTokens(when: 'never' | 'before' | 'after'): void
  stop(): Promise<void>
}

const configuration: Configuration = {
  clients: [
    {
      client_id: 'desktop',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['http://127.0.0.1/callback'],
    },
    {
      client_id: 'confidential',
      client_secret: 'a-secret-of-the-tenant-0123456789',
      application_type: 'native',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['http://127.0.0.1/callback'],
    },
  ],
  cookies: { keys: ['only for a test'] },
  scopes: ['openid', 'offline_access', 'posts'],
  pkce: { required: () => true },
  ttl: { AccessToken: lastsSeconds, RefreshToken: 86_400, AuthorizationCode: 60, Grant: 86_400, Interaction: 600, Session: 600 },
  rotateRefreshToken: true,
  issueRefreshToken: async () => true,
  features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
  findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ sub, name: `Name of ${sub}` }) }),
}

/** A browser that keeps cookies and follows redirects of the server, but not the last one, which leaves it. */
function createBrowser(origin: string) {
  const cookies = new Map<string, string>()

  async function go(url: string, form?: Record<string, string>): Promise<Response | URL> {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
    const init = form ? { method: 'POST', body: new URLSearchParams(form) } : {}
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) return response
    const next = new URL(location, url)
    return next.origin === origin ? go(next.href) : next
  }
  return { go }
}

export async function startOAuthServer(): Promise<OAuthServer> {
  let cut: 'never' | 'before' | 'after' = 'never'
  let tokenRequests = 0
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(url, configuration)
  const grants = new Set<string>()
  provider.on('grant.success', ({ oidc }) => {
    const id = oidc.entities.Grant?.jti
    if (id) grants.add(id)
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    const isToken = request.url === '/token'
    if (isToken) tokenRequests += 1
    if (isToken && cut === 'before') return void request.socket.destroy()
    if (isToken && cut === 'after') {
      // The server deals with it whole; only its answer never leaves.
      response.write = () => true
      response.end = (() => {
        request.socket.destroy()
        return response
      }) as typeof response.end
    }
    void answer(request, response)
  })

  async function finish(
    authorizationUrl: string,
    step: (page: string, go: ReturnType<typeof createBrowser>['go']) => Promise<Response | URL>,
  ) {
    const { go } = createBrowser(url)
    let at = await go(authorizationUrl)
    for (let pages = 0; at instanceof Response; pages += 1) {
      const html = await at.text()
      if (pages > 4) throw new Error(`the sign-in does not end: ${html.slice(0, 400)}`)
      at = await step(html, go)
    }
    return at
  }
  const actionOf = (html: string) => new URL(/action="([^"]+)"/.exec(html)?.[1] ?? '', url).href

  return {
    url,
    signIn: (authorizationUrl, login) =>
      finish(authorizationUrl, (html, go) => {
        const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1] ?? ''
        return go(actionOf(html), prompt === 'login' ? { prompt, login, password: 'any' } : { prompt })
      }),
    decline: (authorizationUrl) =>
      finish(authorizationUrl, (html, go) => go(new URL(/href="([^"]+abort)"/.exec(html)?.[1] ?? '', url).href)),
    async revokeAll() {
      for (const id of grants) {
        await provider.AccessToken.revokeByGrantId(id)
        await provider.RefreshToken.revokeByGrantId(id)
        await (await provider.Grant.find(id))?.destroy()
      }
    },
    tokenRequests: () => tokenRequests,
    cutTokens: (when) => {
      cut = when
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
