/** What CloudKit's refusals mean: a server error code, a reason, and for one record the same inside an answer with HTTP 200. */
import { z } from 'zod'
import { type Failure, type FailureAction, type FailureKind, failed } from '#shared/failure'
import type { Answer } from '../../kit/define.ts'

const Refused = z.object({
  serverErrorCode: z.string().min(1),
  reason: z.string().optional().catch(undefined),
  retryAfter: z.number().nonnegative().optional().catch(undefined),
  redirectURL: z
    .url({ protocol: /^https$/ })
    .optional()
    .catch(undefined),
})
type Refused = z.infer<typeof Refused>

const WithRecords = z.object({ records: z.array(z.unknown()) })

const longestWaitMs = 3_600_000
const consoleUrl = 'https://icloud.developer.apple.com/'

interface Refusal {
  kind: FailureKind
  told: string
  action?: FailureAction
}

const tokens: FailureAction = {
  label: 'Open CloudKit Console',
  href: consoleUrl,
  steps: [
    'Choose the container and the environment that is set here',
    'Tokens & Keys: make an API token, or add the public half of a server-to-server key',
    'Paste what it shows under Setup',
  ],
}

const refusals: Readonly<Record<string, Refusal>> = {
  AUTHENTICATION_FAILED: {
    kind: 'unauthorized',
    told: 'CloudKit does not accept the token or signature. Each is good for one container and one environment.',
    action: tokens,
  },
  SIGN_IN_FAILED: { kind: 'unauthorized', told: 'The person who signed in is not signed in any more.', action: tokens },
  ACCESS_DENIED: {
    kind: 'forbidden',
    told: 'CloudKit does not allow it: the roles of this record type or database do not include it.',
    action: {
      label: 'Open CloudKit Console',
      href: consoleUrl,
      steps: [
        'Schema → Security Roles: choose the role',
        'Allow Create, Read or Write for the record type, then deploy the schema',
      ],
    },
  },
  QUOTA_EXCEEDED: {
    kind: 'quota',
    told: 'The storage is full: the person’s iCloud for the private database, the container’s for the public one.',
    action: { label: 'Open CloudKit Console', href: consoleUrl },
  },
  NOT_FOUND: { kind: 'not_found', told: 'CloudKit does not know what was named.' },
  UNKNOWN_ITEM: { kind: 'not_found', told: 'CloudKit does not know what was named.' },
  ZONE_NOT_FOUND: { kind: 'not_found', told: 'There is no such zone in this database.' },
  CONFLICT: { kind: 'conflict', told: 'The record was changed by somebody else.' },
  EXISTS: { kind: 'conflict', told: 'There is a record of that name already.' },
  UNIQUE_FIELD_ERROR: { kind: 'conflict', told: 'Another record has that value, which must be unique.' },
  ATOMIC_ERROR: { kind: 'rejected', told: 'One part was refused, so none was done.' },
  BAD_REQUEST: { kind: 'rejected', told: 'CloudKit refused the request.' },
  VALIDATING_REFERENCE_ERROR: { kind: 'rejected', told: 'A reference points to a record that is not there.' },
  TRY_AGAIN_LATER: { kind: 'unavailable', told: 'CloudKit asks to try again later.' },
  ZONE_BUSY: { kind: 'unavailable', told: 'The zone is busy.' },
}

function signInFirst({ redirectURL }: Refused): Failure {
  return failed(
    'unauthorized',
    'CloudKit wants a person to sign in with their Apple Account before it shows anything of theirs.',
    {
      code: 'AUTHENTICATION_REQUIRED',
      action: {
        label: 'Sign in at Apple',
        ...(redirectURL === undefined ? {} : { href: redirectURL }),
        steps: [
          'In CloudKit Console give the API token a URL Redirect to a page of yours',
          'Open the sign-in page of Apple and sign in',
          'The browser comes back to your page with ckWebAuthToken in its address; copy what stands after it',
          'Paste it under Setup as Web auth token and check again',
        ],
      },
    },
  ).failure
}

function throttled({ retryAfter, reason }: Refused): Failure {
  const wait = retryAfter === undefined ? {} : { retryAfterMs: Math.min(Math.ceil(retryAfter * 1_000), longestWaitMs) }
  const says = reason === undefined ? '' : ` Apple says: ${reason.slice(0, 300)}`
  return failed('rate_limited', `CloudKit asks to wait: too many requests.${says}`, { code: 'THROTTLED', ...wait }).failure
}

function judged(refused: Refused): Failure | undefined {
  const { serverErrorCode: code, reason } = refused
  if (code === 'AUTHENTICATION_REQUIRED') return signInFirst(refused)
  if (code === 'THROTTLED') return throttled(refused)
  const refusal = Object.hasOwn(refusals, code) ? refusals[code] : undefined
  if (!refusal) return undefined
  const says = reason === undefined ? '' : ` Apple says: ${reason.slice(0, 300)}`
  return failed(refusal.kind, `${refusal.told}${says}`, { code, ...(refusal.action ? { action: refusal.action } : {}) }).failure
}

/** A record that was refused stands in its place among those that were taken. */
function refusedRecord(body: unknown): Failure | undefined {
  const parsed = WithRecords.safeParse(body)
  const first = parsed.data?.records.map((record) => Refused.safeParse(record).data).find((one) => one !== undefined)
  if (!first) return undefined
  return (
    judged(first) ??
    failed('rejected', `CloudKit refused the record: ${first.reason ?? ''}`, { code: first.serverErrorCode }).failure
  )
}

export function rejects({ status, headers, body }: Answer): Failure | undefined {
  if (status < 300) return refusedRecord(body)
  const parsed = Refused.safeParse(body)
  if (status >= 500 || !parsed.success) return undefined
  // A time to wait in the header is read where the body names none.
  if (parsed.data.serverErrorCode === 'THROTTLED' && parsed.data.retryAfter === undefined && headers.has('retry-after')) {
    return undefined
  }
  return judged(parsed.data)
}
