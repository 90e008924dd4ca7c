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

function refusalOf(error: string, told: string | undefined): Failure {
  const code = printable(error, 64)
  if (error === 'access_denied') return failed('cancelled', 'The sign-in was declined. Nothing was changed.', { code }).failure
  const reason = told === undefined ? '' : `: ${printable(told, 300)}`
  return failed('rejected', `The provider ended the sign-in (${code})${reason}`, { code }).failure
}

export function readAnswer(query: URLSearchParams, expectedState: string): Answer {
  const state = single(query, 'state')
  if (state === undefined || !sameState(state, expectedState)) return { is: 'ignored', why: 'state' }
  const error = single(query, 'error')
  const code = single(query, 'code')
  if (error !== undefined && code === undefined) {
    return { is: 'refusal', failure: refusalOf(error, single(query, 'error_description')) }
  }
  return code !== undefined && error === undefined ? { is: 'code', code } : { is: 'ignored', why: 'shape' }
}
