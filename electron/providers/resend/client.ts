/** The way to Resend: its credential and settings, the official SDK on our fetch, and what its refusals mean. */
import type { Resend, Response as ResendResponse } from 'resend'
import { z } from 'zod'
import { type Failure, type FailureAction, type FailureKind, failed } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import type { Answer, Provider } from '../../kit/define.ts'
import { Endpoint } from '../../kit/endpoints.ts'
import { parseAnswer } from '../../kit/make-call.ts'

export const ResendCredential = z.strictObject({
  apiKey: z
    .string()
    .regex(/^re_[\w-]+$/, 'must start with re_')
    .max(200)
    .meta({ title: 'API key', secret: true, env: 'RESEND_API_KEY', help: 'Starts with re_. A sending-only key is enough.' }),
})
export type ResendCredential = z.infer<typeof ResendCredential>

const address = /^[^\s<>@,;"]+@[^\s<>@,;".]+(\.[^\s<>@,;".]+)+$/
const named = /^[^<>\r\n]+ <([^<>]+)>$/

/** The bare address of `a@b.c` or `Name <a@b.c>`; undefined when it is neither. */
export function addressOf(from: string): string | undefined {
  const bare = named.exec(from)?.[1] ?? from
  return address.test(bare) ? bare : undefined
}

export const ResendSettings = z.strictObject({
  from: z
    .string()
    .max(320)
    .refine((from) => addressOf(from) !== undefined, 'must be an address, or Name <address>')
    .optional()
    .meta({ title: 'From', help: 'An address on a domain verified at Resend, or Name <address>. Needed for sending.' }),
  agentDomain: z
    .string()
    .max(253)
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'must be a domain such as example.com')
    .optional()
    .meta({
      title: "Agents' domain",
      help: 'A domain verified at Resend. When set, each agent sends from its own address there.',
    }),
  endpoint: Endpoint.optional(),
})
export type ResendSettings = z.infer<typeof ResendSettings>

export type ResendCall = Call<ResendCredential, ResendSettings>

/** The SDK with its one request method on the call: `fetch` for effects, `ask` for questions. */
export async function resendClient(call: ResendCall, how: 'fetch' | 'ask'): Promise<Resend> {
  const { Resend } = await import('resend')
  const base = call.endpoint()
  const client = new Resend(call.credential.apiKey, { baseUrl: base })
  client.fetchRequest = async <T>(path: string, options: RequestInit = {}): Promise<ResendResponse<T>> => {
    const response = await call[how](`${base}${path}`, options)
    const data = parseAnswer(z.unknown(), await response.text(), 'Resend') as T
    return { data, error: null, headers: Object.fromEntries(response.headers) }
  }
  return client
}

/** An answer of the SDK in its documented shape, or `unexpected`. */
export function shaped<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw failed('unexpected', 'Resend answered in a shape that is not its documented one.')
}

interface Refusal {
  kind: FailureKind
  told: string
  action?: FailureAction
}

const newKey: FailureAction = { label: 'Create a key at Resend', href: 'https://resend.com/api-keys' }

const badKey: Refusal = {
  kind: 'unauthorized',
  told: 'Resend does not accept the API key. Create a new one and connect again.',
  action: newKey,
}

const badDomain: Refusal = {
  kind: 'forbidden',
  told: 'Resend may not send from this address: its domain is not verified. Verify the domain, then send from an address on it.',
  action: {
    label: 'Verify a domain at Resend',
    href: 'https://resend.com/domains',
    steps: [
      'Open https://resend.com/domains and add the domain of the sender address',
      'Add the DNS records shown there at the provider of the domain, and wait until Resend says Verified',
      'Set From on the Resend connection to an address on that domain',
    ],
  },
}

const plan: FailureAction = { label: 'See usage at Resend', href: 'https://resend.com/settings/usage' }

const refusals: Readonly<Record<string, Refusal>> = {
  missing_api_key: badKey,
  invalid_api_key: badKey,
  restricted_api_key: {
    kind: 'forbidden',
    told: 'This Resend key may only send e-mail. Anything else needs a key with full access.',
    action: newKey,
  },
  invalid_from_address: {
    kind: 'forbidden',
    told: 'Resend cannot send from this sender address. Set From to an address, or Name <address>.',
    action: { label: 'Change the sender', href: '/integrations/resend' },
  },
  daily_quota_exceeded: {
    kind: 'quota',
    told: "The day's quota at Resend is used up. Wait until it starts anew, or take a larger plan.",
    action: plan,
  },
  monthly_quota_exceeded: {
    kind: 'quota',
    told: "The month's quota at Resend is used up. Wait until it starts anew, or take a larger plan.",
    action: plan,
  },
  invalid_idempotent_request: {
    kind: 'conflict',
    told: "Resend already took an e-mail under this job's key, with other content. Look in its list of e-mails before you order it anew.",
    action: { label: 'See e-mails at Resend', href: 'https://resend.com/emails' },
  },
  concurrent_idempotent_requests: {
    kind: 'unavailable',
    told: 'Resend is still working on an earlier try of this same e-mail; it is asked again.',
  },
}

const ErrorBody = z.object({ name: z.string(), message: z.string().default('') })

/** Names whose status says more than the name: one name stands for a bad key, a bad domain and a bad field. */
function refusalOf(name: string, status: number): Refusal | undefined {
  if (Object.hasOwn(refusals, name)) return refusals[name]
  if (name === 'validation_error' && status === 401) return badKey
  if (name === 'validation_error' && status === 403) return badDomain
  const blames = [400, 413, 415, 422, 451].includes(status)
  return blames ? { kind: 'rejected', told: 'Resend refused the e-mail.' } : undefined
}

/** Seconds until the window starts anew, in ms; undefined when the header is absent or unreadable. */
function resetMs(headers: Headers): number | undefined {
  const raw = headers.get('ratelimit-reset')
  return raw !== null && /^\d{1,6}$/.test(raw) ? Number(raw) * 1_000 : undefined
}

export function rejects({ status, headers, body }: Answer): Failure | undefined {
  const parsed = ErrorBody.safeParse(body)
  if (status < 400 || !parsed.success) return undefined
  const { name, message } = parsed.data
  const resetsMs = resetMs(headers)
  if (name === 'rate_limit_exceeded' && resetsMs !== undefined && !headers.has('retry-after')) {
    return failed('rate_limited', 'Resend asks to wait: too many requests.', { code: name, retryAfterMs: resetsMs }).failure
  }
  const refusal = refusalOf(name, status)
  if (!refusal) return undefined
  const reason = message === '' ? '' : ` Resend says: ${message.slice(0, 300)}`
  const action = refusal.action ? { action: refusal.action } : {}
  return failed(refusal.kind, `${refusal.told}${reason}`, { code: name, ...action }).failure
}

export const observe: NonNullable<Provider['observe']> = ({ headers }, now) => {
  const resetsMs = resetMs(headers)
  if (headers.get('ratelimit-remaining') !== '0' || resetsMs === undefined) return undefined
  return { bucket: 'account', until: now + resetsMs, why: 'Resend says that its rate limit is used up' }
}
