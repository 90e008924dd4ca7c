/** Reads what came to the redirect address: only an answer that carries the flow's own state counts. Pure. */
import { hash, timingSafeEqual } from 'node:crypto'
import { type Failure, failed } from '#shared/failure'

type Answer = { is: 'ignored'; why: 'state' | 'shape' } | { is: 'code'; code: string } | { is: 'refusal'; failure: Failure }

const digest = (text: string) => Buffer.from(hash('sha256', text, 'hex'), 'hex')

function sameState(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected))
}

/** A parameter that is there exactly once; repeated ones are not to be trusted. */
function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name)
  return values.length === 1 && values[0] !== '' ? values[0] : undefined
}

const printable = (text: string, length: number) => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, length)

function strangeSigner(signer: string): Failure {
  const told = `The answer came from ${printable(signer, 100)}, which is not who was asked. Nothing was stored.`
  return failed('rejected', told, { code: 'issuer_mismatch' }).failure
}

/** What providers mean by the errors of RFC 6749, and who has to act. */
const meanings: Readonly<Record<string, { kind: Failure['kind']; told: string }>> = {
  invalid_scope: {
    kind: 'forbidden',
    told: 'Your app may not ask for these permissions. Compare the scopes under Setup with what the provider granted your app.',
  },
  unauthorized_client: {
    kind: 'forbidden',
    told: 'The provider does not know this client id, or does not let it sign people in. Check the client id under Setup, and the redirect address at the provider.',
  },
  invalid_request: {
    kind: 'invalid',
    told: 'The provider did not understand the request. Most often the redirect address is not registered there exactly as shown.',
  },
  redirect_uri_mismatch: {
    kind: 'invalid',
    told: 'The redirect address is not registered at the provider exactly as shown under Setup.',
  },
  server_error: {
    kind: 'unavailable',
    told: 'The provider is failing. Nothing was changed; start the sign-in again in a while.',
  },
  temporarily_unavailable: {
    kind: 'unavailable',
    told: 'The provider is overloaded. Nothing was changed; start the sign-in again in a while.',
  },
  org_internal: {
    kind: 'forbidden',
    told: 'This app is for members of one organisation only. Sign in as one of them, or publish the app at the provider.',
  },
}

function refusalOf(error: string, told: string | undefined): Failure {
  const code = printable(error, 64)
  const meaning = Object.hasOwn(meanings, error) ? meanings[error] : undefined
  if (meaning) {
    const says = told === undefined ? '' : ` It says: ${printable(told, 300)}`
    return failed(meaning.kind, `${meaning.told}${says}`, { code }).failure
  }
  if (error === 'access_denied') return failed('cancelled', 'The sign-in was declined. Nothing was changed.', { code }).failure
  const reason = told === undefined ? '' : `: ${printable(told, 300)}`
  return failed('rejected', `The provider ended the sign-in (${code})${reason}`, { code }).failure
}

/** `issuer` is who has to have signed the answer, where it names anybody (RFC 9207). */
export function readAnswer(query: URLSearchParams, expectedState: string, issuer?: string): Answer {
  const state = single(query, 'state')
  if (state === undefined || !sameState(state, expectedState)) return { is: 'ignored', why: 'state' }
  const signer = single(query, 'iss')
  if (issuer !== undefined && signer !== undefined && signer !== issuer) return { is: 'refusal', failure: strangeSigner(signer) }
  const error = single(query, 'error')
  const code = single(query, 'code')
  if (error !== undefined && code === undefined) {
    return { is: 'refusal', failure: refusalOf(error, single(query, 'error_description')) }
  }
  return code !== undefined && error === undefined ? { is: 'code', code } : { is: 'ignored', why: 'shape' }
}
