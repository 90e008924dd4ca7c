/** Google's stand-in: sign-in, and the routes of calendar, mail and files. */
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import {
  account,
  createEvent,
  getEvent,
  getFile,
  getMail,
  giveIds,
  type Handler,
  listEvents,
  listFiles,
  listMail,
  rangeOf,
  refused,
  sendMail,
  uploadFile,
  uploadMail,
  uploadPiece,
} from './google-part.ts'
import { createOAuthStandIn } from './oauth.ts'

const clientId = '1234567890-demo.apps.googleusercontent.com'
const clientSecret = 'GOCSPX-demo-stand-in-only-0001'
const demoToken = 'ya29.demo-stand-in-only-0001'
const scope = (name: string) => `https://www.googleapis.com/auth/${name}`

const scopes = ['openid', 'email', 'profile', ...['calendar.events', 'gmail.send', 'gmail.readonly', 'drive.file'].map(scope)]

const oauth = createOAuthStandIn({
  provider: 'Google',
  clientId,
  clientSecret,
  demoToken,
  people: [
    { id: '100000000000000000001', name: account },
    { id: '100000000000000000002', name: 'ada@demo.example' },
  ],
  scopes,
  lastsSeconds: 3_599,
  refresh: 'static',
  pkce: 'S256',
  extra: ({ id }) => ({ id_token: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${id}.` }),
})

const routes: readonly [string, RegExp, Handler][] = [
  ['GET', /^\/calendar\/v3\/calendars\/([^/]+)\/events$/, listEvents],
  ['POST', /^\/calendar\/v3\/calendars\/([^/]+)\/events$/, createEvent],
  ['GET', /^\/calendar\/v3\/calendars\/[^/]+\/events\/([^/]+)$/, getEvent],
  ['POST', /^\/gmail\/v1\/users\/me\/messages\/send$/, sendMail],
  ['POST', /^\/upload\/gmail\/v1\/users\/me\/messages\/send$/, uploadMail],
  ['GET', /^\/gmail\/v1\/users\/me\/messages$/, listMail],
  ['GET', /^\/gmail\/v1\/users\/me\/messages\/([^/]+)$/, getMail],
  ['GET', /^\/drive\/v3\/files$/, listFiles],
  ['GET', /^\/drive\/v3\/files\/generateIds$/, giveIds],
  ['GET', /^\/drive\/v3\/files\/([^/]+)$/, getFile],
  ['POST', /^\/upload\/drive\/v3\/files$/, uploadFile],
  ['PUT', /^\/upload\/drive\/v3\/files$/, uploadPiece],
]

function userinfo(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const person = oauth.bearer(request, context)
  if (!person) return { status: 401, body: { error: 'invalid_request', error_description: 'Invalid Credentials' } }
  const name = person.name.split('@')[0]
  return { status: 200, body: { sub: person.id, email: person.name, email_verified: true, name } }
}

const notSignedIn = refused(401, 'authError', 'Invalid Credentials', 'UNAUTHENTICATED')

function service(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  for (const [method, pattern, handler] of routes) {
    const match = method === request.method ? pattern.exec(request.path) : null
    if (!match) continue
    return oauth.bearer(request, context) ? handler(request, context, decodeURIComponent(match[1] ?? '')) : notSignedIn
  }
  return refused(404, 'notFound', 'Not Found', 'NOT_FOUND')
}

/** Opening an upload and its pieces before the last leave nothing behind that anybody sees. */
function hasEffect(request: SandboxRequest): boolean {
  const { method, path, query } = request
  if (method === 'PUT') {
    const range = rangeOf(request)
    return range !== undefined && range.end + 1 === range.total
  }
  const isService = /^\/(upload|gmail|calendar|drive)\//.test(path)
  return method === 'POST' && isService && query.get('uploadType') !== 'resumable'
}

const isService = ({ path }: SandboxRequest) => /^\/(upload|gmail|calendar|drive)\//.test(path)

const reasons: Readonly<Record<number, readonly [string, string]>> = {
  401: ['authError', 'UNAUTHENTICATED'],
  403: ['insufficientPermissions', 'PERMISSION_DENIED'],
  429: ['rateLimitExceeded', 'RESOURCE_EXHAUSTED'],
  500: ['backendError', 'INTERNAL'],
  503: ['backendError', 'UNAVAILABLE'],
}

export const googleSandbox: Sandbox = {
  provider: 'google',
  demoCredential: { clientId, clientSecret, accessToken: demoToken, scopes },
  demoSettings: { gmail: 'send_and_read' },
  errorBody(status, reason) {
    const [code, name] = reasons[status] ?? ['backendError', 'UNKNOWN']
    return { body: refused(status, code, reason, name).body }
  },
  hasEffect,
  handle(request, context) {
    const { method, path } = request
    if (path === '/o/oauth2/v2/auth') return oauth.authorize(request)
    if (method === 'POST' && path === '/token') return oauth.token(request, context)
    if (method === 'POST' && path === '/revoke') return oauth.revoke(request, context)
    if (method === 'GET' && path === '/oauth2/v3/userinfo') return userinfo(request, context)
    return service(request, context)
  },
  faults: [
    {
      id: 'api_not_enabled',
      title: 'The API is not enabled in the project',
      effect: 'Calendar, mail and files are refused with 403 accessNotConfigured; sign-in works.',
      answer: (request) =>
        isService(request)
          ? refused(
              403,
              'accessNotConfigured',
              'This API has not been used in project 1234567890 before or it is disabled.',
              'PERMISSION_DENIED',
            )
          : undefined,
    },
    {
      id: 'scope_missing',
      title: 'A permission was left unticked',
      effect: 'Calendar, mail and files are refused with 403 insufficientPermissions.',
      answer: (request) =>
        isService(request)
          ? refused(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.', 'PERMISSION_DENIED')
          : undefined,
    },
    {
      id: 'user_rate_limit',
      title: 'One person asks too often (403)',
      effect: 'Calendar, mail and files are refused with 403 userRateLimitExceeded, as Google does beside 429.',
      answer: (request) =>
        isService(request) ? refused(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded', 'PERMISSION_DENIED') : undefined,
    },
    {
      id: 'testing_expired',
      title: 'The sign-in ended after seven days of testing',
      effect: 'Refreshing is refused with invalid_grant, and the token is not accepted any more.',
      answer({ method, path }) {
        if (method === 'POST' && path === '/token') {
          return { status: 400, body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' } }
        }
        return path === '/o/oauth2/v2/auth' ? undefined : notSignedIn
      },
    },
  ],
}
