/** Finds jobs of one tenant: newest first, by keyset, every filter narrowing. */
import type { JobFilter } from '#shared/contract/jobs'
import { failed } from '#shared/failure'
import type { Database } from '../database/open.ts'
import type { AttemptRow, JobRow } from './rows.ts'

export interface Found {
  rows: JobRow[]
  nextCursor: string | null
}

export interface JobFinder {
  one(tenantId: string, id: string): JobRow
  attempts(jobId: string): AttemptRow[]
  list(tenantId: string, filter: JobFilter, page: { cursor?: string | undefined; limit: number }): Found
  count(tenantId: string, filter: JobFilter): number
}

const conditions: Readonly<Record<keyof JobFilter, string>> = {
  state: 'state = @state',
  kind: 'kind = @kind',
  agent: 'agent = @agent',
  provider: 'provider = @provider',
  failure: 'failure_kind = @failure',
  text: `(subject LIKE @text ESCAPE '\\' OR id = @exact OR key = @exact OR result LIKE @text ESCAPE '\\')`,
}

function whereOf(filter: JobFilter): { sql: string; values: Record<string, string> } {
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined) as [keyof JobFilter, string][]
  const values = Object.fromEntries(asked)
  if (filter.text !== undefined) {
    values.exact = filter.text
    values.text = `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`
  }
  return { sql: ['tenant_id = @tenantId', ...asked.map(([name]) => conditions[name])].join(' AND '), values }
}

export function createJobFinder({ sqlite }: Database): JobFinder {
  const byId = sqlite.prepare('SELECT * FROM jobs WHERE id = ? AND tenant_id = ?')
  const history = sqlite.prepare('SELECT * FROM attempts WHERE job_id = ? ORDER BY number')
  return {
    one(tenantId, id) {
      const row = byId.get(id, tenantId) as JobRow | undefined
      if (!row) throw failed('not_found', `There is no job ${id} in this tenant.`)
      return row
    },
    attempts: (jobId) => history.all(jobId) as AttemptRow[],
    list(tenantId, filter, { cursor, limit }) {
      const { sql, values } = whereOf(filter)
      const after = cursor === undefined ? '' : 'AND id < @cursor'
      const rows = sqlite
        .prepare(`SELECT * FROM jobs WHERE ${sql} ${after} ORDER BY id DESC LIMIT @limit`)
        .all({ ...values, tenantId, limit: limit + 1, ...(cursor === undefined ? {} : { cursor }) }) as JobRow[]
      const items = rows.slice(0, limit)
      return { rows: items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
    count(tenantId, filter) {
      const { sql, values } = whereOf(filter)
      return (sqlite.prepare(`SELECT count(*) AS count FROM jobs WHERE ${sql}`).get({ ...values, tenantId }) as { count: number })
        .count
    },
  }
}
