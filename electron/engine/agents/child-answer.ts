/** What a run is told of a job it ordered, once the job needs no more waiting for. Pure. */
import type { Failure } from '#shared/failure'
import { type JobRow, parseJson } from '../jobs/rows.ts'
import { wordsOf } from './use-tool.ts'

export interface ChildAnswer {
  state: 'done' | 'failed' | 'refused'
  output: string
  failure: Failure | undefined
  /** Whether it cost nothing after all. */
  free: boolean
}

/** Whether a run has to wait on: a job that waits for anything but an approval goes on without it. */
export function isPending({ state, reason }: Pick<JobRow, 'state' | 'reason'>): boolean {
  return state === 'queued' || state === 'running' || (state === 'waiting' && reason === 'approval')
}

const waits: Readonly<Record<string, string>> = {
  operator: 'A person does it by hand; it was handed to them. Do not order it again.',
  verification: 'It waits until the provider has approved our app, and goes out then. Do not order it again.',
  connection: 'It waits until the connection is set up, and goes out then. Do not order it again.',
}

function rejected(row: JobRow, approval: { state: string; note: string | null } | undefined): string {
  if (approval?.state === 'rejected')
    return `A person rejected it${approval.note ? `: ${approval.note}` : '.'} Do not try it again.`
  if (approval?.state === 'expired') return 'Nobody decided in time, so it was called off.'
  return `It was called off${row.failure ? '' : ' by a person'}.`
}

/** `edited` is the payload a person put in place of the one that was asked for. */
export function answerOf(
  row: JobRow,
  approval: { state: string; note: string | null; original: string | null; payload: string } | undefined,
): ChildAnswer {
  const failure = parseJson<Failure>(row.failure)
  const edited = approval?.original ? `A person changed it to: ${approval.payload}. ` : ''
  const because = failure ? wordsOf(failure) : ''
  switch (row.state) {
    case 'succeeded':
      return { state: 'done', output: `${edited}${row.result ?? '{}'}`, failure: undefined, free: false }
    case 'unknown':
      return {
        state: 'done',
        output: `The outcome is unknown: it may have gone out. Do not repeat it; a person looks. ${because}`.trim(),
        failure,
        free: false,
      }
    case 'waiting':
      return {
        state: 'done',
        output: `${waits[row.reason ?? ''] ?? 'It waits.'} ${row.waiting_for ?? ''}`.trim(),
        failure: undefined,
        free: false,
      }
    case 'cancelled':
      return { state: 'refused', output: rejected(row, approval), failure: undefined, free: true }
    default:
      return { state: 'failed', output: `It failed: ${because}`, failure, free: true }
  }
}
