/** Finds jobs of one tenant: the last ordered first, by keyset, every filter narrowing. However many there are, nobody else waits for it. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { JobFilter } from '#shared/contract/jobs'
import { failed, refusedField } from '#shared/failure'
import { JobState } from '#shared/job'
import type { Database } from '../database/open.ts'
import { createCountReader, sumOf } from './counts.ts'
import type { AttemptRow, JobRow, PlacedRow } from './rows.ts'

export interface Found {
  rows: JobRow[]
  nextCursor: string | null
}

export interface JobFinder {
  one(tenantId: string, id: string): JobRow
  attempts(jobId: string): AttemptRow[]
  /** The cursor is the id of a job of the tenant: what was ordered before it is listed. */
  list(tenantId: string, filter: JobFilter, page: { cursor?: string | undefined; limit: number }): Promise<Found>
  count(tenantId: string, filter: JobFilter): Promise<number>
}

/** Rows looked through in one turn of the event loop, some ten milliseconds; a rare word is looked for in all of them. */
const sliceSize = 20_000

const conditions: Readonly<Record<keyof JobFilter, string>> = {
  state: 'state = @state',
  kind: 'kind = @kind',
  agent: 'agent = @agent',
  provider: 'provider = @provider',
  failure: 'failure_kind = @failure',
  text: `(subject LIKE @text ESCAPE '\\' OR id = @exact OR key = @exact OR result LIKE @text ESCAPE '\\')`,
}

/** Rows that a question is about, from one place up to another. */
interface Slice {
  /** Leads to the rows, each as one list in the order of places. */
  ways: readonly string[]
  values: Readonly<Record<string, string>>
  /** Whether an index answers the question alone. */
  isIndexed: boolean
}

function sliceOf(tenantId: string, filter: JobFilter): Slice {
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined) as [keyof JobFilter, string][]
  const { text } = filter
  const words = text === undefined ? {} : { exact: text, text: `%${text.replace(/[\\%_]/g, '\\$&')}%` }
  const where = ['tenant_id = @tenantId', 'rowid >= @low', 'rowid < @high', ...asked.map(([name]) => conditions[name])].join(
    ' AND ',
  )
  const names = new Set(asked.map(([name]) => name))
  return {
    ways: waysOf(names, where),
    values: { ...Object.fromEntries(asked), ...words, tenantId },
    isIndexed: [...names].every((name) => name === 'state' || (name === 'kind' && names.size === 1)),
  }
}

/** There is no index of all jobs of a tenant: those of each state are merged. */
function waysOf(names: ReadonlySet<string>, where: string): readonly string[] {
  if (names.has('state')) return [`jobs INDEXED BY jobs_state WHERE ${where}`]
  if (names.has('kind')) return [`jobs INDEXED BY jobs_kind WHERE ${where}`]
  return JobState.options.map((state) => `jobs INDEXED BY jobs_state WHERE ${where} AND state = '${state}'`)
}

export function createJobFinder({ sqlite }: Pick<Database, 'sqlite'>): JobFinder {
  const byId = sqlite.prepare('SELECT * FROM jobs WHERE id = ? AND tenant_id = ?')
  const history = sqlite.prepare('SELECT * FROM attempts WHERE job_id = ? ORDER BY number')
  const placeOf = sqlite.prepare('SELECT rowid FROM jobs WHERE id = ? AND tenant_id = ?').pluck()
  const last = sqlite.prepare('SELECT coalesce(max(rowid), 0) FROM jobs').pluck()
  const countsOf = createCountReader({ sqlite })
  /** By their text, of which there are as many as there are filters: a list of all states takes longer to prepare than to answer. */
  const statements = new Map<string, ReturnType<typeof sqlite.prepare>>()

  function prepared(sql: string) {
    const statement = statements.get(sql) ?? sqlite.prepare(sql)
    statements.set(sql, statement)
    return statement
  }

  /** How many there are by what jobs are counted by; the rest of the filter narrows them further. */
  const countedOf = (tenantId: string, filter: JobFilter) => sumOf(countsOf(tenantId), filter)

  function endOf(tenantId: string, cursor: string | undefined): number {
    if (cursor === undefined) return (last.get() as number) + 1
    const place = placeOf.get(cursor, tenantId) as number | undefined
    if (place === undefined) throw refusedField('The list was refused', 'cursor', 'is not one that was given out')
    return place
  }

  /** Asks slice after slice, downwards from a place, for as long as more is wanted; others have their turn between. */
  async function throughSlices({ isIndexed }: Slice, end: number, ask: (low: number, high: number) => boolean): Promise<void> {
    for (let high = end; high > 1; ) {
      const low = isIndexed ? 1 : Math.max(1, high - sliceSize)
      if (!ask(low, high)) return
      high = low
      if (high > 1) await nextTurn()
    }
  }

  return {
    one(tenantId, id) {
      const row = byId.get(id, tenantId) as JobRow | undefined
      if (!row) throw failed('not_found', `There is no job ${id} in this tenant.`)
      return row
    },
    attempts: (jobId) => history.all(jobId) as AttemptRow[],
    async list(tenantId, filter, { cursor, limit }) {
      const end = endOf(tenantId, cursor)
      if (countedOf(tenantId, filter) === 0) return { rows: [], nextCursor: null }
      const slice = sliceOf(tenantId, filter)
      const found = slice.ways.map((way) => `SELECT *, rowid AS place FROM ${way}`).join(' UNION ALL ')
      const page = prepared(`${found} ORDER BY place DESC LIMIT @more`)
      const rows: PlacedRow[] = []
      await throughSlices(slice, end, (low, high) => {
        rows.push(...(page.all({ ...slice.values, low, high, more: limit + 1 - rows.length }) as PlacedRow[]))
        return rows.length <= limit
      })
      const items = rows.slice(0, limit)
      return { rows: items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
    async count(tenantId, filter) {
      const counted = countedOf(tenantId, filter)
      if (counted === 0 || (filter.failure === undefined && filter.text === undefined)) return counted
      const slice = sliceOf(tenantId, filter)
      const counts = slice.ways.map((way) => prepared(`SELECT count(*) AS count FROM ${way}`))
      let count = 0
      await throughSlices(slice, endOf(tenantId, undefined), (low, high) => {
        for (const one of counts) count += (one.get({ ...slice.values, low, high }) as { count: number }).count
        return true
      })
      return count
    },
  }
}
