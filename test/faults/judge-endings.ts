/** Judges how one request through a broken network ended: the promises about classes, doubles, waiting and forgotten connections. Pure. */
import type { FailureKind } from '#shared/failure'
import type { Repeat } from '#shared/job'
import type { Ending } from './breakages.ts'

export interface Ended {
  ends: Ending
  repeat: Repeat
  /** Kind of the failure; undefined when it succeeded. */
  kind: FailureKind | undefined
  retryAfterMs?: number | undefined
  /** What arrived, and what arrives when nothing is broken. */
  arrived: number
  usual: number
  /** What had arrived after the same order was tried again; undefined when it was not. */
  arrivedInAll?: number | undefined
  tookMs: number
  mostMs: number
  /** Connections still open once it had ended. */
  open: number
  requests: number
  usualRequests: number
  /** Whether the attempt left something behind by which the next one goes on instead of beginning anew. */
  remembered: boolean
}

/** What each way of ending may be told as. A safe question has no doubtful end. */
const told: Readonly<Record<Ending, readonly (FailureKind | undefined)[]>> = {
  fine: [undefined],
  lost: ['unavailable', 'unknown'],
  garbled: ['unexpected', 'unknown', 'unavailable', 'rejected', 'not_found', undefined],
  throttled: ['rate_limited'],
  unauthorized: ['unauthorized'],
  redirected: ['unexpected', 'unknown', 'unavailable'],
}
/** Kinds after which the product tries again by itself. */
const triedAgain = new Set<FailureKind | undefined>(['unavailable', 'rate_limited'])
const longestWaitMs = 3_600_000
/** Asking for a fresh token or looking again costs a few; more is a storm. */
const moreRequests = 4

/** What comes after the effect may be done without: where a post can be seen, say. */
function isDoneAllTheSame({ repeat, kind, arrived, usual, usualRequests }: Ended): boolean {
  return kind === undefined && repeat !== 'safe' && usualRequests > 1 && usual > 0 && arrived === usual
}

function kindFaults(ended: Ended): (string | false)[] {
  const { ends, repeat, kind, retryAfterMs, arrived, usual, remembered } = ended
  return [
    !told[ends].includes(kind) && !isDoneAllTheSame(ended) && `is told as ${kind ?? 'a success'}`,
    repeat === 'safe' && kind === 'unknown' && 'a question has no doubtful end',
    repeat !== 'safe' && kind === undefined && arrived < usual && `succeeded, and ${arrived} of ${usual} arrived`,
    repeat === 'unsafe' &&
      triedAgain.has(kind) &&
      arrived > 0 &&
      !remembered &&
      `will be sent again by itself (${kind}) though it arrived`,
    retryAfterMs !== undefined && !(retryAfterMs >= 0 && retryAfterMs <= longestWaitMs) && `waits ${retryAfterMs} ms`,
  ]
}

/** Every broken promise in words; none when all were kept. */
export function faultsOf(ended: Ended): string[] {
  const { arrived, usual, arrivedInAll, tookMs, mostMs, open, requests, usualRequests } = ended
  return [
    ...kindFaults(ended),
    arrived > usual && `arrived ${arrived} times instead of ${usual}`,
    arrivedInAll !== undefined && arrivedInAll > usual && `arrived ${arrivedInAll} times after it was tried again`,
    tookMs > mostMs && `took ${Math.round(tookMs)} ms of at most ${mostMs}`,
    open > 0 && `left ${open} connections open`,
    requests > usualRequests + moreRequests && `made ${requests} requests instead of ${usualRequests}`,
  ].filter((fault) => fault !== false)
}
