/** What Google's refusals mean: `error` with a code, a message, reasons in two generations of lists. */
import { z } from 'zod'
import { type Failure, type FailureAction, type FailureKind, failed } from '#shared/failure'
import type { Answer } from '../../kit/define.ts'
import type { GoogleCredential, GoogleSettings } from './client.ts'

const Refused = z.object({
  error: z.object({
    code: z.int().optional(),
    message: z.string().default(''),
    status: z.string().optional(),
    errors: z.array(z.object({ reason: z.string().optional() })).optional(),
    details: z
      .array(z.object({ reason: z.string().optional(), metadata: z.record(z.string(), z.unknown()).optional() }))
      .optional()
      .catch(undefined),
  }),
})

interface Refusal {
  kind: FailureKind
  told: string
  action?: FailureAction
}

const consent: FailureAction = {
  label: 'Sign in again',
  href: '/integrations/google',
  steps: [
    'Check under Setup which of Calendar, Gmail and Drive are switched on',
    'Choose Sign in and tick every permission that Google lists',
  ],
}

const switchOn: FailureAction = {
  label: 'Enable the API at Google',
  href: 'https://console.cloud.google.com/apis/library',
  steps: [
    'Open https://console.cloud.google.com/apis/library in the project of your client ID',
    'Find Google Calendar API, Gmail API or Google Drive API, open it and choose Enable',
    'Wait a few minutes, then try again',
  ],
}

const missingScope: Refusal = {
  kind: 'forbidden',
  told: 'The sign-in at Google does not include this permission: it was left unticked, or is not switched on here.',
  action: consent,
}
const notEnabled: Refusal = {
  kind: 'forbidden',
  told: 'This API is not enabled in the Google Cloud project of your client.',
  action: switchOn,
}
const slower: Refusal = { kind: 'rate_limited', told: 'Google asks to wait: too many requests.' }
const usedUp: Refusal = {
  kind: 'quota',
  told: 'A quota at Google is used up for today.',
  action: { label: 'See quotas at Google', href: 'https://console.cloud.google.com/iam-admin/quotas' },
}

const byReason: Readonly<Record<string, Refusal>> = {
  insufficientPermissions: missingScope,
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: missingScope,
  accessNotConfigured: notEnabled,
  SERVICE_DISABLED: notEnabled,
  rateLimitExceeded: slower,
  userRateLimitExceeded: slower,
  RATE_LIMIT_EXCEEDED: slower,
  quotaExceeded: usedUp,
  dailyLimitExceeded: usedUp,
  calendarUsageLimitsExceeded: usedUp,
  'calendar.usageLimitsExceeded': usedUp,
  storageQuotaExceeded: {
    kind: 'quota',
    told: 'The storage of this Google account is full.',
    action: { label: 'See the storage', href: 'https://one.google.com/storage' },
  },
  domainPolicy: {
    kind: 'forbidden',
    told: 'The administrator of this Google Workspace does not allow it to apps.',
    action: {
      label: 'Ask the administrator',
      steps: ['Admin console → Security → Access and data control → API controls → allow your client ID'],
    },
  },
  mailServiceNotEnabled: { kind: 'forbidden', told: 'Gmail is not switched on for this Google account.' },
  failedPrecondition: { kind: 'rejected', told: 'Google refused it: something it depends on is missing.' },
  responseTooLarge: { kind: 'rejected', told: 'It is larger than Google takes.' },
}

/** Code of a part of an upload that Google took while it waits for more; the number of bytes it has is behind. */
const uploadedUpTo = 'uploaded:'

/** How many bytes of an upload Google has, out of the failure that told it; undefined for any other. */
export function bytesTaken({ code }: Failure): number | undefined {
  return code?.startsWith(uploadedUpTo) ? Number(code.slice(uploadedUpTo.length)) : undefined
}

function unfinishedUpload({ headers }: Answer): Failure {
  const last = /^bytes=0-(\d+)$/.exec(headers.get('range') ?? '')?.[1]
  const taken = last === undefined ? 0 : Number(last) + 1
  return failed('unavailable', 'Google waits for the rest of the file.', { code: `${uploadedUpTo}${taken}` }).failure
}

function reasonsOf({ errors = [], details = [], status }: z.infer<typeof Refused>['error']): string[] {
  return [...details, ...errors].flatMap(({ reason }) => reason ?? []).concat(status ?? [])
}

export function rejects(answer: Answer): Failure | undefined {
  const { status, body, url } = answer
  if (status === 308 && url.searchParams.has('upload_id')) return unfinishedUpload(answer)
  const parsed = Refused.safeParse(body)
  if (status < 400 || status >= 500 || !parsed.success) return undefined
  const { error } = parsed.data
  const reasons = reasonsOf(error)
  const reason = reasons.find((one) => Object.hasOwn(byReason, one))
  const refusal = reason === undefined ? undefined : byReason[reason]
  // A 429 tells its time in a header; the status is judged where nothing finer is said.
  if (!refusal || status === 429) return undefined
  const says = error.message === '' ? '' : ` Google says: ${error.message.slice(0, 300)}`
  const action = refusal.action ? { action: refusal.action } : {}
  return failed(refusal.kind, `${refusal.told}${says}`, { code: reason ?? `${status}`, ...action }).failure
}

/** Why an action cannot be done with the scopes that were granted; undefined where nobody knows them, or one of `any` is there. */
export function withoutScope(any: readonly string[], title: string) {
  return ({ scopes }: GoogleCredential, _settings: GoogleSettings): Failure | undefined => {
    if (!scopes || any.some((one) => scopes.includes(one))) return undefined
    const told = `${title} is not among the permissions that were granted when you signed in at Google.`
    return failed('forbidden', told, { code: 'scope_not_granted', action: consent }).failure
  }
}
