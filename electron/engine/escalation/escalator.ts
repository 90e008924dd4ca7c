/**
 * Tells people of what needs one: each person once when it opens and once when it is settled, by ordinary jobs.
 *
 * What came up meanwhile goes in one message. In quiet hours only kinds that break through are told; the rest goes when they end.
 */
import { hash } from 'node:crypto'
import type { TenantSettings } from '#shared/contract/system'
import { type EscalationPerson, personKey } from '#shared/escalation'
import { priorities } from '#shared/job'
import { spans } from '#shared/time'
import { isQuietAt } from '#shared/time-zone'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import type { Enqueuer, JobOrder } from '../jobs/enqueue.ts'
import { orderTo } from './person-order.ts'
import { type ToldNotice, wordsOf } from './telling-words.ts'

export interface Escalator {
  look(): Promise<void>
}

export interface EscalatorDeps {
  database: Database
  audit: AuditAppender
  enqueuer: Pick<Enqueuer, 'prepare' | 'place'>
  tenantIds(): string[]
  settingsOf(tenantId: string): TenantSettings
  now(): number
  onError(error: unknown): void
}

/** So long is waited for more of the same, so that a thousand failures are one message with a count. */
const gatherMs = spans.minute
/** What was settled longer ago is told to nobody any more. */
const freshMs = spans.day

const actor: Actor = { kind: 'system', id: 'escalation' }

interface NoticeRow extends ToldNotice {
  id: string
  kind: keyof TenantSettings['notifications']
  opened_at: number
  acknowledged_at: number | null
}

interface TellingRow {
  person: string
  job_state: string | null
}

/** Ends of a telling after which the next person does not wait any longer. */
const lost = new Set(['failed', 'unknown', 'waiting', 'cancelled'])

export function createEscalator(deps: EscalatorDeps): Escalator {
  const { database, audit, enqueuer, now } = deps
  const { sqlite } = database
  const open = sqlite.prepare(
    'SELECT * FROM notices WHERE tenant_id = ? AND closed_at IS NULL AND opened_at <= ? ORDER BY opened_at LIMIT 200',
  )
  const settled = sqlite.prepare(
    `SELECT n.* FROM notices n JOIN notice_tellings t ON t.notice_id = n.id AND t.person = @person AND t.state = 'open'
     WHERE n.tenant_id = @tenantId AND n.closed_at >= @since
       AND NOT EXISTS (SELECT 1 FROM notice_tellings s WHERE s.notice_id = n.id AND s.person = @person AND s.state = 'settled')`,
  )
  const tellings = sqlite.prepare(
    `SELECT t.person, j.state AS job_state FROM notice_tellings t LEFT JOIN jobs j ON j.id = t.job_id WHERE t.notice_id = ? AND t.state = 'open'`,
  )
  const note = sqlite.prepare(
    `INSERT INTO notice_tellings (notice_id, person, state, tenant_id, name, job_id, at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )

  /** Whom a notice has to be told to now. */
  function dueFor(notice: NoticeRow, people: readonly EscalationPerson[]): EscalationPerson[] {
    const told = tellings.all(notice.id) as TellingRow[]
    const stateOf = (person: EscalationPerson) => told.find(({ person: key }) => key === personKey(person))
    return people.filter((person, at) => {
      if (stateOf(person)) return false
      if (notice.acknowledged_at !== null) return false
      const before = people[at - 1]
      const unreached = before !== undefined && lost.has(stateOf(before)?.job_state ?? '')
      return unreached || now() >= notice.opened_at + gatherMs + person.afterMinutes * spans.minute
    })
  }

  function orderFor(person: EscalationPerson, notices: readonly NoticeRow[], state: 'open' | 'settled'): JobOrder {
    const { title, text } = wordsOf(notices, state)
    const mark = hash('sha256', notices.map(({ id, opened_at: openedAt }) => `${id} ${openedAt}`).join(' ')).slice(0, 16)
    const key = `notice/${state}/${mark}/${hash('sha256', personKey(person)).slice(0, 12)}`
    return { ...orderTo(person, { subject: title, mail: text, chat: `${title}\n\n${text}` }), key, priority: priorities.high }
  }

  function tell(
    tx: Change,
    tenantId: string,
    { person, notices, state }: { person: EscalationPerson; notices: readonly NoticeRow[]; state: 'open' | 'settled' },
  ): void {
    if (notices.length === 0) return
    const { row } = enqueuer.place(tx, enqueuer.prepare(tenantId, orderFor(person, notices, state)), actor)
    for (const { id } of notices) note.run(id, personKey(person), state, tenantId, person.name, row.id, now())
    audit.append(tenantId, {
      actor,
      action: state === 'open' ? 'notice.told' : 'notice.settled_told',
      outcome: 'ok',
      target: { kind: 'job', id: row.id },
      detail: { person: person.name, channel: person.channel, notices: notices.map(({ id }) => id) },
    })
  }

  function lookAt(tx: Change, tenantId: string, { people, notifications, breakThrough, quietHours }: TenantSettings): void {
    const quiet = isQuietAt(quietHours, now())
    const waiting = (open.all(tenantId, now() - gatherMs) as NoticeRow[]).filter(
      ({ kind }) => notifications[kind] && (!quiet || breakThrough.includes(kind)),
    )
    const due = waiting.map((notice) => ({ notice, to: dueFor(notice, people) }))
    for (const person of people) {
      const notices = due.filter(({ to }) => to.includes(person)).map(({ notice }) => notice)
      tell(tx, tenantId, { person, notices, state: 'open' })
      if (quiet) continue
      const over = settled.all({ tenantId, person: personKey(person), since: now() - freshMs }) as NoticeRow[]
      tell(tx, tenantId, { person, notices: over, state: 'settled' })
    }
  }

  async function lookFor(tenantId: string): Promise<void> {
    const settings = deps.settingsOf(tenantId)
    if (settings.people.length > 0) await database.write((tx) => lookAt(tx, tenantId, settings))
  }

  return {
    async look() {
      for (const tenantId of deps.tenantIds()) {
        // One tenant whose people cannot be told does not silence the others.
        await lookFor(tenantId).catch(deps.onError)
      }
    },
  }
}
