/** Microsoft's stand-in: Graph for mail and Teams, and a Teams workflow, of one pretended organisation. */
import { hash } from 'node:crypto'
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import {
  appClaims,
  authorize,
  clientId,
  clientSecret,
  decode,
  delegatedScopes,
  demoToken,
  entraError,
  type Fields,
  graphAudience,
  type Person,
  people,
  reference,
  seal,
  tenantId,
  token,
} from './microsoft-entra.ts'

const teams = [
  { id: '0d0e0a00-0000-4000-8000-00000000ea01', displayName: 'Demo Team', description: 'Everybody' },
  { id: '0d0e0a00-0000-4000-8000-00000000ea02', displayName: 'Demo Support', description: 'Customers' },
]
const channels = [
  { id: '19:demogeneral@thread.tacv2', displayName: 'General', description: null, membershipType: 'standard' },
  { id: '19:demoagents@thread.tacv2', displayName: 'Agents', description: null, membershipType: 'standard' },
  { id: '19:demoleads@thread.tacv2', displayName: 'Leads', description: null, membershipType: 'private' },
]

function graphError(status: number, code: string, message: string) {
  const id = reference()
  const innerError = { date: new Date().toISOString().slice(0, 19), 'request-id': id, 'client-request-id': id }
  return { status, headers: { 'request-id': id, 'client-request-id': id }, body: { error: { code, message, innerError } } }
}

interface Speaker {
  app: boolean
  person: Person | undefined
}

function speakerOf({ headers }: SandboxRequest, now: number): Speaker | undefined {
  const [, payload, sealed] = (headers.get('authorization') ?? '').replace(/^Bearer /, '').split('.')
  const claims = decode(payload)
  if (!claims || sealed !== seal || claims.aud !== graphAudience || Number(claims.exp) * 1_000 <= now) return undefined
  return { app: claims.idtyp === 'app', person: people.find(({ oid }) => oid === claims.oid) }
}

interface Visit {
  request: SandboxRequest
  context: SandboxContext
  speaker: Speaker
  parts: string[]
}

const asFields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})

function addressesOf(list: unknown): string[] {
  if (!Array.isArray(list)) return []
  return list.map((entry) => asFields(asFields(entry).emailAddress).address).filter((address) => typeof address === 'string')
}

function sendMail({ request, context, speaker, parts }: Visit): SandboxResponse {
  const sender = parts[0] === 'me' ? speaker.person?.upn : parts[1]
  if (!speaker.app) return graphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')
  const message = asFields(asFields(request.body).message)
  const body = asFields(message.body)
  if (Object.keys(message).length === 0) return graphError(400, 'BadRequest', 'Empty Payload. JSON content expected.')
  const to = addressesOf(message.toRecipients)
  if (to.length === 0) return graphError(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.')
  if (!['text', 'html'].includes(`${body.contentType}`.toLowerCase()) || typeof body.content !== 'string') {
    return graphError(400, 'RequestBodyRead', "Property 'body' in payload has a value that does not match schema.")
  }
  const all = [...to, ...addressesOf(message.ccRecipients), ...addressesOf(message.bccRecipients)]
  context.deliver({ title: `${message.subject ?? ''} (from ${sender})`, to: all.join(', '), text: body.content }, request)
  return { status: 202, headers: { 'request-id': reference() } }
}

/** A listed one, or one beyond the list that the operator is a member of; ids that start with `missing` exist nowhere. */
function named(listed: readonly { id: string; displayName: string }[], id: string | undefined) {
  const known = listed.find((one) => one.id === id)
  if (known || id === undefined || id.startsWith('missing')) return known
  return { id, displayName: id }
}

function postMessage({ request, context, speaker, parts }: Visit): SandboxResponse {
  const { app, person } = speaker
  if (app || !person) {
    return graphError(
      403,
      'Forbidden',
      `Missing role permissions on the request. API requires one of 'Teamwork.Migrate.All'. Roles on the request '${appClaims.roles.join(', ')}'.`,
    )
  }
  const team = named(teams, parts[1])
  if (!team) return graphError(404, 'NotFound', 'No team found with Group Id.')
  const channel = named(channels, parts[3])
  if (!channel) return graphError(404, 'NotFound', 'Channel not found.')
  const body = asFields(asFields(request.body).body)
  if (typeof body.content !== 'string' || body.content === '') return graphError(400, 'BadRequest', 'Missing body content')
  const subject = asFields(request.body).subject
  const title = typeof subject === 'string' ? subject : 'Teams message'
  const number = context.deliver({ title, to: `${team.displayName} › ${channel.displayName}`, text: body.content }, request)
  const id = String(context.now() + number)
  const webUrl = `https://teams.microsoft.com/l/message/${encodeURIComponent(channel.id)}/${id}?groupId=${team.id}&tenantId=${tenantId}`
  const user = { id: person.oid, displayName: person.name, userIdentityType: 'aadUser' }
  const sent = {
    id,
    messageType: 'message',
    createdDateTime: new Date(context.now()).toISOString(),
    webUrl,
    body: asFields(request.body).body,
  }
  return { status: 201, body: { ...sent, subject: subject ?? null, from: { user } } }
}

function user({ speaker, parts }: Visit): SandboxResponse {
  const shown = ({ oid, upn, name }: Person) => ({
    status: 200,
    body: { id: oid, displayName: name, mail: upn, userPrincipalName: upn },
  })
  if (parts[0] === 'me')
    return speaker.person
      ? shown(speaker.person)
      : graphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.')
  const upn = parts[1] ?? ''
  return shown({ oid: hash('sha256', upn).slice(0, 32), upn, name: upn.split('@')[0] ?? upn })
}

function list(items: readonly Fields[], visit: Visit): SandboxResponse {
  if (!visit.speaker.person) return graphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.')
  return {
    status: 200,
    body: { '@odata.context': `${graphAudience}/v1.0/$metadata#collection`, '@odata.count': items.length, value: items },
  }
}

const graphRoutes: readonly { method: string; path: RegExp; answer: (visit: Visit) => SandboxResponse }[] = [
  { method: 'POST', path: /^\/v1\.0\/(users\/[^/]+|me)\/sendMail$/, answer: sendMail },
  { method: 'POST', path: /^\/v1\.0\/teams\/[^/]+\/channels\/[^/]+\/messages$/, answer: postMessage },
  { method: 'GET', path: /^\/v1\.0\/me\/joinedTeams$/, answer: (visit) => list(teams, visit) },
  {
    method: 'GET',
    path: /^\/v1\.0\/teams\/[^/]+\/channels$/,
    answer: (visit) =>
      teams.some(({ id }) => id === visit.parts[1])
        ? list(channels, visit)
        : graphError(404, 'NotFound', 'No team found with Group Id.'),
  },
  { method: 'GET', path: /^\/v1\.0\/(users\/[^/]+|me)$/, answer: user },
]

function graph(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const speaker = speakerOf(request, context.now())
  if (!speaker) return graphError(401, 'InvalidAuthenticationToken', 'Access token is empty, malformed or expired.')
  const route = graphRoutes.find(({ method, path }) => method === request.method && path.test(request.path))
  if (!route) return graphError(400, 'BadRequest', `Resource not found for the segment '${request.path.split('/')[2] ?? ''}'.`)
  const parts = request.path.split('/').slice(2).map(decodeURIComponent)
  return route.answer({ request, context, speaker, parts })
}

function workflow(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const attachments = asFields(request.body).attachments
  const card = asFields(asFields(Array.isArray(attachments) ? attachments[0] : undefined).content)
  const blocks = Array.isArray(card.body) ? card.body.map((block) => asFields(block).text) : []
  if (card.type !== 'AdaptiveCard' || blocks.length === 0) {
    return {
      status: 400,
      body: {
        error: {
          code: 'TriggerInputSchemaMismatch',
          message: 'The input body for trigger does not match its schema definition.',
        },
      },
    }
  }
  context.deliver({ title: 'Teams workflow', to: 'Teams', text: blocks.join('\n') }, request)
  return { status: 202 }
}

const tokenPath = /^\/([^/]+)\/oauth2\/v2\.0\/token$/
const authorizePath = /^\/[^/]+\/oauth2\/v2\.0\/authorize$/
const workflowPath = /\/workflows\/[^/]+\/triggers\//
const postPath = /\/channels\/[^/]+\/messages$/

const graphCodes: Readonly<Record<number, string>> = {
  401: 'InvalidAuthenticationToken',
  403: 'Forbidden',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
}

export const microsoftSandbox: Sandbox = {
  provider: 'microsoft',
  demoCredential: { tenantId, clientId, clientSecret, accessToken: demoToken, scopes: delegatedScopes.split(' ') },
  demoSettings: {},
  errorBody: (status, reason) => graphError(status, graphCodes[status] ?? 'UnknownError', reason),
  hasEffect: ({ method, path }) =>
    method === 'POST' && (path.endsWith('/sendMail') || postPath.test(path) || workflowPath.test(path)),
  handle(request, context) {
    const tenant = tokenPath.exec(request.path)?.[1]
    if (tenant !== undefined && request.method === 'POST') return token(request, context, tenant)
    if (authorizePath.test(request.path) && request.method === 'GET') return authorize(request)
    if (workflowPath.test(request.path) && request.method === 'POST') return workflow(request, context)
    return graph(request, context)
  },
  faults: [
    {
      id: 'secret_expired',
      title: 'Client secret expired',
      effect: 'Entra gives the application no token: its secret has expired.',
      answer(request) {
        const app = tokenPath.test(request.path) && request.rawBody.includes('grant_type=client_credentials')
        return app
          ? entraError('invalid_client', 7000222, `The provided client secret keys for app '${clientId}' are expired.`, 401)
          : undefined
      },
    },
    {
      id: 'teams_permission_missing',
      title: 'Teams permission missing',
      effect: 'Graph refuses posts to Teams: the sign-in lacks ChannelMessage.Send.',
      answer(request) {
        const told =
          "Missing scope permissions on the request. API requires one of 'ChannelMessage.Send, Group.ReadWrite.All'. Scopes on the request 'User.Read'."
        return request.method === 'POST' && postPath.test(request.path) ? graphError(403, 'Forbidden', told) : undefined
      },
    },
    {
      id: 'revoked',
      title: 'Sign-in revoked',
      effect: 'Graph accepts no token, and Entra renews none.',
      answer({ path, rawBody }) {
        const told = 'Continuous access evaluation resulted in challenge: the token was revoked.'
        if (path.startsWith('/v1.0/')) return graphError(401, 'InvalidAuthenticationToken', told)
        const renews = tokenPath.test(path) && rawBody.includes('grant_type=refresh_token')
        const gone = 'The provided grant has expired due to it being revoked, a fresh auth token is needed.'
        return renews ? entraError('invalid_grant', 50173, gone) : undefined
      },
    },
  ],
}
