/** What needs a person, from everything that can: one list, most pressing kind first, longest waiting first. Pure. */
import type { Approval } from '#shared/contract/approvals'
import type { Connection } from '#shared/contract/connections'
import type { Job } from '#shared/contract/jobs'
import type { Notice } from '#shared/contract/system'
import type { StatusWord } from '../../ui/status.ts'

export interface Need {
  id: string
  word: StatusWord
  title: string
  /** What happened or is asked, as evidence. */
  detail: string
  at: string | null
  href: string
  /** What is done there. */
  action: string
}

export interface NeedSources {
  approvals: readonly Approval[]
  /** Jobs whose outcome nobody knows. */
  unknown: readonly Job[]
  connections: readonly Connection[]
  /** Jobs that a person does by hand. */
  byHand: readonly Job[]
  notices: readonly Notice[]
  nameOf(provider: string): string
  agentName(id: string): string
}

const words = {
  approval: { word: 'Asks you', shape: 'hand', tone: 'human', means: 'An agent waits for your word.' },
  unknown: { word: 'Unknown', shape: 'half-circle', tone: 'warn', means: 'It was sent, and no answer came. Nobody repeats it.' },
  connection: { word: 'Broken', shape: 'triangle', tone: 'bad', means: 'The last real call was refused.' },
  byHand: { word: 'By hand', shape: 'hand', tone: 'human', means: 'No API does it; you do.' },
  notice: { word: 'Notice', shape: 'filled-circle', tone: 'warn', means: 'Something went wrong, or is about to.' },
} as const satisfies Record<string, StatusWord>

/** Notices of what is listed by itself. */
const listed: ReadonlySet<Notice['kind']> = new Set(['approval_waiting', 'outcome_unknown', 'connection_broken'])

const oldestFirst = (a: Need, b: Need) => (a.at ?? '').localeCompare(b.at ?? '')

export function needsOf({ approvals, unknown, connections, byHand, notices, nameOf, agentName }: NeedSources): Need[] {
  const asked = approvals.map(
    ({ id, agent, effect, createdAt }): Need => ({
      id,
      word: words.approval,
      title: `${agent === null ? 'Somebody' : agentName(agent)} asks`,
      detail: effect,
      at: createdAt,
      href: `/agents?tab=approvals&approval=${id}`,
      action: 'Decide',
    }),
  )
  const doubtful = unknown.map(
    ({ id, subject, failure, finishedAt, createdAt }): Need => ({
      id,
      word: words.unknown,
      title: `Did it go out? ${subject}`,
      detail: failure?.message ?? 'No answer came.',
      at: finishedAt ?? createdAt,
      href: `/jobs?id=${id}`,
      action: 'Look and decide',
    }),
  )
  const broken = connections
    .filter(({ state }) => state === 'needs_attention')
    .map(
      ({ provider, failure }): Need => ({
        id: `connection ${provider}`,
        word: words.connection,
        title: `${nameOf(provider)} needs attention`,
        detail: failure?.message ?? 'Its last call failed.',
        at: null,
        href: `/integrations/${provider}`,
        action: 'Mend',
      }),
    )
  const hands = byHand.map(
    ({ id, subject, runAt }): Need => ({
      id,
      word: words.byHand,
      title: `Post by hand: ${subject}`,
      detail: 'Its text and the page are ready. It counts once you have said where it is.',
      at: runAt,
      href: `/jobs?id=${id}`,
      action: 'Post it',
    }),
  )
  const told = notices
    .filter(({ kind }) => !listed.has(kind))
    .map(
      ({ id, title, message, at, href, count }): Need => ({
        id,
        word: words.notice,
        title: count > 1 ? `${title} (${count})` : title,
        detail: message,
        at,
        href,
        action: 'Open',
      }),
    )
  return [asked, doubtful, broken, hands, told].flatMap((group) => group.sort(oldestFirst))
}
