/** How many jobs there are of each kind and state, kept beside the jobs: whoever makes or moves one tells it here, each commit writes the sums once. */
import type { JobState } from '#shared/job'
import type { Database } from '../database/open.ts'
import type { JobRow } from './rows.ts'

/** What jobs are counted by. */
export type Counted = Pick<JobRow, 'tenant_id' | 'kind' | 'provider' | 'agent' | 'state'>

export interface JobCounts {
  /** Adds to the count of jobs like this one. Call inside the change that makes or moves them. */
  add(job: Counted, more: number): void
}

interface Sum {
  job: Counted
  more: number
}

export interface JobCountsDeps extends Pick<Database, 'sqlite' | 'gather'> {
  now(): number
}

export function createJobCounts({ sqlite, gather, now }: JobCountsDeps): JobCounts {
  const save = sqlite.prepare(
    `INSERT INTO job_counts (tenant_id, kind, provider, agent, state, count, last_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count, last_at = excluded.last_at`,
  )
  const sums = gather<Sum>((_key, { job: { tenant_id, kind, provider, agent, state }, more }) =>
    save.run(tenant_id, kind, provider ?? '', agent ?? '', state, more, now()),
  )
  return {
    add(job, more) {
      const key = `${job.state} ${job.tenant_id} ${job.kind} ${job.provider} ${job.agent}`
      sums.set(key, { job, more: (sums.get(key)?.more ?? 0) + more })
    },
  }
}

/** What a tenant's jobs are counted by, with their counts. */
export interface JobCount {
  kind: string
  provider: string
  agent: string
  state: JobState
  count: number
}

/** How many jobs there are of those that are asked for; what is not asked about may be anything. */
export function sumOf(
  counts: readonly JobCount[],
  asked: Partial<Record<Exclude<keyof JobCount, 'count'>, string | undefined>>,
): number {
  const named = (['state', 'kind', 'provider', 'agent'] as const).filter((name) => asked[name] !== undefined)
  return counts.reduce((sum, job) => sum + (named.every((name) => asked[name] === job[name]) ? job.count : 0), 0)
}

/** Reads the counts of a tenant. */
export function createCountReader({ sqlite }: Pick<Database, 'sqlite'>): (tenantId: string) => JobCount[] {
  const ofTenant = sqlite.prepare('SELECT kind, provider, agent, state, count FROM job_counts WHERE tenant_id = ? AND count > 0')
  return (tenantId) => ofTenant.all(tenantId) as JobCount[]
}
