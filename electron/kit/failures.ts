/** Sorts what a provider answered, or did not, into the closed kinds of failure. Pure. */
import { type AppError, type Failure, failed } from '#shared/failure'
import type { Repeat } from '#shared/job'
import type { Answer } from './define.ts'

/** Code of a failure that is none: the provider is still working on what it was given. The job comes back later, at no cost of attempts. */
export const stillWorking = 'still_working'

/**
 * Thrown by an action that has to come back: media that are not processed yet (after `call.remember`), or an order that was
 * taken and is not live yet (after `call.accepted`).
 *
 * @param message what the provider said, in words for an operator
 * @param afterMs when to ask again
 */
export function notYet(message: string, afterMs: number): AppError {
  return failed('unavailable', message, { code: stillWorking, retryAfterMs: afterMs })
}

/** Errors of a token endpoint that mean the same everywhere. */
const oauthErrors: Readonly<Record<string, { kind: Failure['kind']; told: string }>> = {
  invalid_grant: {
    kind: 'unauthorized',
    told: 'the sign-in is over: it ended, was revoked, or was used elsewhere. Sign in again.',
  },
  invalid_client: {
    kind: 'unauthorized',
    told: 'the client id or client secret of your own app was refused. Check both in Setup.',
  },
  unauthorized_client: {
    kind: 'forbidden',
    told: 'your app may not sign people in this way. Check its settings at the provider.',
  },
  invalid_scope: {
    kind: 'forbidden',
    told: 'your app was refused a permission it asked for. Check what the provider granted it.',
  },
  access_denied: { kind: 'forbidden', told: 'access was denied.' },
}

/** Judges an answer in the shape that RFC 6749 gives the errors of a token endpoint; undefined for any other. */
export function oauthFailure({ status, body, url }: Answer): Failure | undefined {
  if (status < 400 || status >= 500 || typeof body !== 'object' || body === null || !('error' in body)) return undefined
  const known = typeof body.error === 'string' && Object.hasOwn(oauthErrors, body.error) ? oauthErrors[body.error] : undefined
  if (!known) return undefined
  const told =
    'error_description' in body && typeof body.error_description === 'string'
      ? ` It says: ${body.error_description.slice(0, 300)}`
      : ''
  return failed(known.kind, `${url.host} refused: ${known.told}${told}`, { code: String(body.error) }).failure
}

/** Codes of a connection that never carried a byte of the request: certainly not sent. */
const neverSent = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** Whether a failure says by its code that nothing was sent. */
export function certainlyNotSent({ code }: Failure): boolean {
  return code !== undefined && neverSent.has(code)
}

/**
 * Whether an attempt whose request left may have had its effect all the same.
 *
 * @param repeat how the action may be repeated; a `safe` one has no effect to doubt
 */
export function mayHaveGoneOut(failure: Failure, repeat: Repeat): boolean {
  if (repeat === 'safe' || failure.code === stillWorking || certainlyNotSent(failure)) return false
  // What is not to be repeated is told as unknown wherever it is; what has a key, as unavailable, for it is asked again.
  return failure.kind === 'unknown' || (repeat === 'keyed' && failure.kind === 'unavailable')
}

/** The longest wait taken from a provider's word: one hour, in ms. */
const longestWaitMs = 3_600_000

/**
 * Reads `Retry-After`: seconds or an HTTP date, clamped to 0..1 h.
 *
 * Units  answer in ms from `now` (ms UTC); undefined when absent or unreadable
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const raw = headers.get('retry-after')?.trim()
  if (!raw) return undefined
  const ms = /^\d+(\.\d+)?$/.test(raw) ? Number(raw) * 1_000 : Date.parse(raw) - now
  return Number.isFinite(ms) ? Math.min(Math.max(Math.ceil(ms), 0), longestWaitMs) : undefined
}

/** The deepest error code of a failed fetch (`TypeError: fetch failed` hides it in its cause). */
function errorCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code
    if (at instanceof AggregateError) return errorCode(at.errors[0])
  }
  return undefined
}

/**
 * Judges a request that brought no answer.
 *
 * @param repeat how the request may be repeated; `safe` for a question
 */
export function transportFailure(error: unknown, repeat: Repeat, host: string): Failure {
  const code = errorCode(error)
  if (code && neverSent.has(code)) {
    return failed('unavailable', `${host} could not be reached (${code}); nothing was sent.`, { code }).failure
  }
  const why = code ? ` (${code})` : ''
  if (repeat !== 'unsafe') return failed('unavailable', `${host} did not answer${why}.`, code ? { code } : {}).failure
  return failed(
    'unknown',
    `The request reached ${host}, but no clear answer came back${why}. It may have gone out: look before you send it again.`,
    code ? { code } : {},
  ).failure
}

/** A short text from an error body, for the operator: the first string under the usual names, never the whole body. */
export function reasonOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const record = body as Record<string, unknown>
  for (const name of ['message', 'description', 'error_description', 'detail', 'error']) {
    const value = record[name]
    if (typeof value === 'string' && value.length > 0) return value.slice(0, 300)
    const inner = reasonOf(value)
    if (inner) return inner
  }
  return undefined
}

/** Judges an answer by its status where the provider's own hook had nothing to say; undefined for 2xx. */
export function statusFailure(answer: Answer, repeat: Repeat, now: number): Failure | undefined {
  if (answer.status >= 200 && answer.status < 300) return undefined
  const { kind, told } = statusKind(answer, repeat)
  const reason = reasonOf(answer.body)
  const message = `${answer.url.host} answered ${answer.status}: ${reason ?? told}`
  const wait = kind === 'rate_limited' ? (retryAfterMs(answer.headers, now) ?? undefined) : undefined
  return failed(kind, message, { code: String(answer.status), ...(wait === undefined ? {} : { retryAfterMs: wait }) }).failure
}

function statusKind(answer: Answer, repeat: Repeat): { kind: Failure['kind']; told: string } {
  const { status } = answer
  if (status === 401) return { kind: 'unauthorized', told: 'the credential was refused; connect it again.' }
  if (status === 402) return { kind: 'quota', told: 'the plan or balance does not allow it.' }
  if (status === 403) return { kind: 'forbidden', told: 'a permission is missing.' }
  if (status === 404 || status === 410) return { kind: 'not_found', told: 'what was named does not exist there.' }
  if (status === 409) return { kind: 'conflict', told: 'it conflicts with what is there.' }
  if (status === 429) return { kind: 'rate_limited', told: 'too many requests.' }
  if (status === 503 && answer.headers.has('retry-after'))
    return { kind: 'rate_limited', told: 'it is overloaded and named a time to come back.' }
  if (status >= 500) return lostOrDown(repeat)
  if (status >= 300 && status < 400) return { kind: 'unexpected', told: 'it redirected elsewhere; redirects are not followed.' }
  return { kind: 'rejected', told: 'it refused the request.' }
}

function lostOrDown(repeat: Repeat): { kind: Failure['kind']; told: string } {
  if (repeat !== 'unsafe') return { kind: 'unavailable', told: 'it is failing; this is tried again by itself.' }
  return {
    kind: 'unknown',
    told: 'it failed after it received the request, which may have gone out. Look before you send it again.',
  }
}
