/** The one vocabulary of states: shape, word, tone, meaning. Screens, filters and legends read it; no other words exist. */
import type { ConnectionState } from '#shared/connection'
import type { JobState } from '#shared/job'

/** Tones of the tokens; status colours only. */
export const tones = ['ok', 'warn', 'info', 'bad', 'idle', 'human'] as const
/** A tone. */
export type Tone = (typeof tones)[number]

/** Shapes that stay apart without colour. */
export type Shape =
  | 'filled-circle'
  | 'half-circle'
  | 'triangle'
  | 'clock'
  | 'ring'
  | 'hollow-circle'
  | 'spinning-ring'
  | 'loop'
  | 'check'
  | 'cross'
  | 'slash'
  | 'hand'

/** How one state looks and what it means. */
export interface StatusWord {
  word: string
  shape: Shape
  tone: Tone
  means: string
}

/** Every connection state. */
export const connectionWords: Readonly<Record<ConnectionState, StatusWord>> = {
  connected: { word: 'Connected', shape: 'filled-circle', tone: 'ok', means: 'A real call succeeded.' },
  limited: {
    word: 'Connected, limited',
    shape: 'half-circle',
    tone: 'ok',
    means: 'A real call succeeded, but some actions cannot be done.',
  },
  needs_attention: {
    word: 'Needs attention',
    shape: 'triangle',
    tone: 'warn',
    means: 'The provider refused: revoked, expired, another account or a missing permission. A person must act.',
  },
  pending_verification: {
    word: 'Pending verification',
    shape: 'clock',
    tone: 'info',
    means: 'The provider has not approved the app yet.',
  },
  retrying: {
    word: 'Retrying',
    shape: 'ring',
    tone: 'idle',
    means: 'No call has succeeded yet, or a passing fault; the credential is kept and tried again.',
  },
  not_connected: { word: 'Not connected', shape: 'hollow-circle', tone: 'idle', means: 'Never set up, or removed.' },
}

/** Every job state. */
export const jobWords: Readonly<Record<JobState, StatusWord>> = {
  queued: { word: 'Queued', shape: 'hollow-circle', tone: 'idle', means: 'Waits for its time or for a runner.' },
  running: { word: 'Running', shape: 'spinning-ring', tone: 'info', means: 'A runner holds it.' },
  waiting: { word: 'Waiting', shape: 'hand', tone: 'human', means: 'Waits for a person, a connection or a provider.' },
  succeeded: { word: 'Succeeded', shape: 'check', tone: 'ok', means: 'The provider confirmed.' },
  failed: { word: 'Failed', shape: 'cross', tone: 'bad', means: 'Ended without success; nothing more is tried by itself.' },
  unknown: {
    word: 'Outcome unknown',
    shape: 'hand',
    tone: 'human',
    means: 'It was sent and no clear answer came. A person looks and decides.',
  },
  cancelled: { word: 'Cancelled', shape: 'slash', tone: 'idle', means: 'A person or a rule stopped it.' },
}

/** A queued job that has been tried before. */
export const retryingJob: StatusWord = {
  word: 'Retrying',
  shape: 'loop',
  tone: 'warn',
  means: 'Failed in a passing way; it is tried again by itself.',
}

/** Any state a chip can show. */
export type AnyStatus = ConnectionState | JobState

/** The word for a state; a queued job with attempts is told as retrying. */
export function wordOf(status: AnyStatus, attempts = 0): StatusWord {
  if (status === 'queued' && attempts > 0) return retryingJob
  return status in jobWords ? jobWords[status as JobState] : connectionWords[status as ConnectionState]
}
