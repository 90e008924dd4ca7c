/** What a moved job means to a person: a notice when it needs one, closed when the cause is gone. */
import type { Change } from '../database/writer.ts'
import type { NoticeOrder, Notices } from '../escalation/notices.ts'
import type { MoveOrder } from './moves.ts'
import type { JobRow } from './rows.ts'

/** Grouped by cause, so that a thousand failures of one kind at one provider are one notice with a count. */
function failedNotice(row: JobRow, order: MoveOrder): NoticeOrder | undefined {
  const failure = order.failure
  if (order.move !== 'fail' || !failure) return undefined
  const title = `${row.subject} failed`
  return {
    kind: 'job_failed',
    cause: `${row.provider ?? row.kind} ${failure.kind}`,
    title,
    message: failure.message,
    href: `/jobs?id=${row.id}`,
  }
}

function unknownNotice(row: JobRow, order: MoveOrder): NoticeOrder | undefined {
  if (order.move !== 'lose_answer') return undefined
  const message = order.failure?.message ?? 'It may have gone out.'
  return {
    kind: 'outcome_unknown',
    cause: row.id,
    title: `Look whether it went out: ${row.subject}`,
    message,
    href: `/jobs?id=${row.id}`,
  }
}

/** Tells and untells, inside the change that moved the job. */
export function createTelling(notices: Notices): (tx: Change, row: JobRow, order: MoveOrder) => void {
  return (tx, row, order) => {
    const notice = failedNotice(row, order) ?? unknownNotice(row, order)
    if (notice) notices.raise(tx, row.tenant_id, notice)
    const resolved = order.move === 'resolve_sent' || order.move === 'resolve_again' || order.move === 'late_answer'
    if (resolved) notices.close(tx, row.tenant_id, 'outcome_unknown', row.id)
    const retried = order.move === 'retry' && row.failure ? (JSON.parse(row.failure) as { kind: string }).kind : undefined
    if (retried) notices.close(tx, row.tenant_id, 'job_failed', `${row.provider ?? row.kind} ${retried}`)
  }
}
