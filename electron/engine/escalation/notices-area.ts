/** Notices of one tenant, as the contract offers them: seen, closed, and a test of who is told. */
import type { EscalationPerson } from '#shared/escalation'
import type { AuditAppender } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Actor, Area } from '../engine.ts'
import type { Enqueuer, JobOrder } from '../jobs/enqueue.ts'
import type { Notices } from './notices.ts'
import { orderTo } from './person-order.ts'

export interface NoticesAreaDeps {
  database: Database
  audit: AuditAppender
  enqueuer: Pick<Enqueuer, 'enqueue'>
  notices: Notices
}

type NoticesArea = Pick<Area<'system'>, 'notices' | 'acknowledge' | 'dismiss' | 'testPerson'>

function testFor(person: EscalationPerson): JobOrder {
  const text = `${person.name}, this is a test: here you are told when something needs a person.`
  return orderTo(person, { subject: 'A test of Atlas UX', mail: text, chat: text })
}

export function createNoticesArea({ database, audit, enqueuer, notices }: NoticesAreaDeps): (tenantId: string) => NoticesArea {
  function record(tenantId: string, action: string, id: string, actor: Actor): void {
    audit.append(tenantId, { actor, action, outcome: 'ok', target: { kind: 'notice', id } })
  }

  return (tenantId) => ({
    notices: async () => ({ items: notices.list(tenantId), nextCursor: null }),
    async acknowledge({ id }, actor) {
      await database.write((tx) => {
        if (notices.acknowledge(tx, tenantId, id, actor.id)) record(tenantId, 'notice.acknowledged', id, actor)
      })
      return { acknowledged: true }
    },
    async dismiss({ id }, actor) {
      await database.write((tx) => {
        notices.dismiss(tx, tenantId, id)
        record(tenantId, 'notice.dismissed', id, actor)
      })
      return { dismissed: true }
    },
    async testPerson({ person }, actor) {
      const { row } = await enqueuer.enqueue(tenantId, testFor(person), actor)
      return { job: row.id }
    },
  })
}
