/** How many jobs of each state a tenant has, kept beside the jobs: whoever changes a state tells it here, each commit writes the sums once. */
import type { JobState } from '#shared/job'
import type { Database } from '../database/open.ts'

export interface JobCounts {
  /** Adds to a count. Call inside the change that makes or moves the jobs. */
  add(tenantId: string, state: JobState, more: number): void
}

interface Sum {
  tenantId: string
  state: JobState
  more: number
}

export function createJobCounts({ sqlite, gather }: Pick<Database, 'sqlite' | 'gather'>): JobCounts {
  const save = sqlite.prepare(
    'INSERT INTO job_counts (tenant_id, state, count) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
  )
  const sums = gather<Sum>((_key, { tenantId, state, more }) => save.run(tenantId, state, more))
  return {
    add(tenantId, state, more) {
      const key = `${state} ${tenantId}`
      sums.set(key, { tenantId, state, more: (sums.get(key)?.more ?? 0) + more })
    },
  }
}
