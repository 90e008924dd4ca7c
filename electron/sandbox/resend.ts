/** Resend's stand-in: its real routes, its own checks of an e-mail, its idempotency keys. */
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'

const apiKey = 're_demo_4Zb9kLr2_stand_in_only'
const demoDomain = 'demo.example'
const longestKey = 256

type Fields = Record<string, unknown>

function refused(status: number, name: string, message: string): SandboxResponse {
  return { status, body: { statusCode: status, name, message } }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && one !== '')
}

function bareAddress(from: string): string {
  return /<([^<>]+)>$/.exec(from)?.[1] ?? from
}

function isAddress(value: string): boolean {
  return /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(bareAddress(value))
}

/** What Resend would refuse in one e-mail; undefined when it would take it. */
function faultOf(email: Fields): SandboxResponse | undefined {
  const missing = ['from', 'to', 'subject'].find((name) => listOf(email[name]).length === 0)
  if (missing) return refused(422, 'missing_required_field', `Missing \`${missing}\` field.`)
  const hasContent = listOf(email.html).length > 0 || listOf(email.text).length > 0
  if (!hasContent) return refused(422, 'missing_required_field', 'Missing `html` or `text` field.')
  return faultOfSender(`${email.from}`) ?? faultOfRecipients(email) ?? faultOfAttachments(email)
}

function faultOfSender(from: string): SandboxResponse | undefined {
  const told =
    'Invalid `from` field. The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.'
  if (!isAddress(from)) return refused(422, 'invalid_from_address', told)
  const domain = bareAddress(from).split('@')[1] ?? ''
  return domain.toLowerCase() === demoDomain ? undefined : notVerified(domain)
}

function notVerified(domain: string): SandboxResponse {
  const told = `The ${domain} domain is not verified. Please, add and verify your domain on https://resend.com/domains`
  return refused(403, 'validation_error', told)
}

function faultOfRecipients(email: Fields): SandboxResponse | undefined {
  if (listOf(email.to).length > 50) return refused(422, 'validation_error', 'The `to` field must have at most 50 recipients.')
  const bad = ['to', 'cc', 'bcc', 'reply_to'].find((name) => !listOf(email[name]).every(isAddress))
  return bad ? refused(422, 'validation_error', `Invalid \`${bad}\` field.`) : undefined
}

function faultOfAttachments({ attachments = [] }: Fields): SandboxResponse | undefined {
  const whole = (one: unknown) => isFields(one) && typeof one.filename === 'string' && (one.content ?? one.path) !== undefined
  if (Array.isArray(attachments) && attachments.every(whole)) return undefined
  return refused(422, 'invalid_attachment', 'Attachment must have either a `content` or `path`.')
}

function deliverOne(email: Fields, request: SandboxRequest, context: SandboxContext): { id: string } {
  const to = listOf(email.to).join(', ')
  const text = listOf(email.text)[0] ?? listOf(email.html)[0] ?? ''
  const number = context.deliver({ title: `${email.subject} · from ${email.from}`, to, text }, request)
  return { id: `4ef9a417-02e9-4d39-ad75-${number.toString(16).padStart(12, '0')}` }
}

function send(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  if (!isFields(request.body)) return refused(400, 'validation_error', 'The request body is not a JSON object.')
  return faultOf(request.body) ?? { status: 200, body: deliverOne(request.body, request, context) }
}

function sendBatch(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const emails = request.body
  if (!Array.isArray(emails) || !emails.every(isFields) || emails.length === 0 || emails.length > 100) {
    return refused(422, 'validation_error', 'The batch must be an array of 1 to 100 emails.')
  }
  const fault = emails.some(({ attachments }) => attachments !== undefined)
    ? refused(422, 'validation_error', 'Attachments are not supported in batches.')
    : emails.map(faultOf).find((one) => one !== undefined)
  return fault ?? { status: 200, body: { data: emails.map((email) => deliverOne(email, request, context)) } }
}

/** The same key and body get the first answer again; another body is a conflict. Refusals leave the key free. */
function once(request: SandboxRequest, context: SandboxContext, run: () => SandboxResponse): SandboxResponse {
  const key = request.headers.get('idempotency-key')
  if (key === null) return run()
  if (key.length === 0 || key.length > longestKey) {
    return refused(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.')
  }
  const place = `resend ${request.path} ${key}`
  const first = context.recall(place)
  if (first) {
    if (context.recall(`${place} body`)?.body === request.rawBody) return first
    return refused(409, 'invalid_idempotent_request', 'Same idempotency key used with a different request payload.')
  }
  const answer = run()
  if (answer.status === 200) {
    context.keep(`${place} body`, { status: 200, body: request.rawBody })
    context.keep(place, answer)
  }
  return answer
}

const domains = {
  object: 'list',
  has_more: false,
  data: [
    {
      id: 'd91cd9bd-1176-453e-8fc1-35364d380206',
      name: demoDomain,
      status: 'verified',
      created_at: '2026-01-05T09:00:00.000Z',
      region: 'eu-west-1',
      capabilities: { sending: 'enabled', receiving: 'disabled' },
    },
  ],
}

function refusedKey(headers: Headers): SandboxResponse | undefined {
  const authorization = headers.get('authorization')
  if (!authorization) return refused(401, 'missing_api_key', 'Missing API key in the authorization header.')
  return authorization === `Bearer ${apiKey}` ? undefined : refused(401, 'validation_error', 'API key is invalid')
}

const routes: Readonly<Record<string, (request: SandboxRequest, context: SandboxContext) => SandboxResponse>> = {
  'POST /emails': (request, context) => once(request, context, () => send(request, context)),
  'POST /emails/batch': (request, context) => once(request, context, () => sendBatch(request, context)),
  'GET /domains': () => ({ status: 200, body: domains }),
}

function hasEffect({ method, path }: SandboxRequest): boolean {
  return method === 'POST' && (path === '/emails' || path === '/emails/batch')
}

const errorNames: Readonly<Record<number, string>> = {
  401: 'validation_error',
  403: 'validation_error',
  429: 'rate_limit_exceeded',
  500: 'internal_server_error',
  503: 'application_error',
}

export const resendSandbox: Sandbox = {
  provider: 'resend',
  demoCredential: { apiKey },
  demoSettings: { from: `Atlas <atlas@${demoDomain}>`, agentDomain: demoDomain },
  errorBody: (status, reason) => ({
    body: { statusCode: status, name: errorNames[status] ?? 'application_error', message: reason },
  }),
  hasEffect,
  handle(request, context) {
    const route = routes[`${request.method} ${request.path}`]
    if (!route) return refused(404, 'not_found', 'The requested endpoint does not exist.')
    return refusedKey(request.headers) ?? route(request, context)
  },
  faults: [
    {
      id: 'daily_quota',
      title: "The day's quota is used up",
      effect: 'Every e-mail is refused with 429 daily_quota_exceeded; waiting a little does not help.',
      answer: (request) =>
        hasEffect(request) ? refused(429, 'daily_quota_exceeded', 'You have reached your daily email sending quota.') : undefined,
    },
    {
      id: 'domain_not_verified',
      title: 'The domain of the sender is not verified',
      effect: 'Every e-mail is refused with 403 validation_error.',
      answer: (request) => (hasEffect(request) ? notVerified(demoDomain) : undefined),
    },
  ],
}
