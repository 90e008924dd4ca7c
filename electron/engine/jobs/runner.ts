/** Runs jobs: claims when there is room, keeps the leases, wakes when something is due, stops without leaving anything half-done. */
import type { Claimed, Claims } from './claim.ts'
import type { Execution } from './execute.ts'
import type { Recovery } from './recover.ts'
import type { JobRow } from './rows.ts'

export interface Runner {
  id: string
  start(): Promise<void>
  /** Looks for due jobs now. */
  nudge(): void
  /** Aborts a job that runs here. */
  abort(jobId: string): void
  /** Aborts those that run here and are meant. */
  abortWhere(meant: (row: JobRow) => boolean): void
  running(): number
  /** Claims nothing more, aborts what asks only, waits for the rest up to `graceMs`. */
  stop(graceMs?: number): Promise<void>
}

export interface RunnerDeps {
  id: string
  host: string
  claims: Claims
  recovery: Recovery
  execute(execution: Execution): Promise<void>
  runInternal(row: JobRow, signal: AbortSignal): Promise<void>
  onError(error: unknown): void
  now(): number
  concurrency?: number
  leaseMs: number
}

/** The longest sleep: other processes may queue work, and clocks jump. */
const longestSleepMs = 1_000

interface Run {
  row: JobRow
  key: string
  /** The work is over and its record is on its way to the disk. */
  settling: boolean
  abort: AbortController
  done: Promise<void>
}

export function createRunner(deps: RunnerDeps): Runner {
  const { claims, recovery, concurrency = 64 } = deps
  const runs = new Map<string, Run>()
  let started = false
  let claiming = false
  let again = false
  let timer: NodeJS.Timeout | undefined
  let pulse: NodeJS.Timeout | undefined

  function working(): Run[] {
    return [...runs.values()].filter(({ settling }) => !settling)
  }

  function busy(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { key } of working()) counts.set(key, (counts.get(key) ?? 0) + 1)
    return counts
  }

  /** While a job that once died with its process runs, nothing else does. */
  function room(): number {
    const open = working()
    return open.some(({ row }) => row.crashes > 0) ? 0 : concurrency - open.length
  }

  const workload = () => ({ capacity: room(), running: busy() })

  async function look(): Promise<void> {
    if (!started || claiming) {
      again = true
      return
    }
    claiming = true
    again = false
    try {
      const claimed = room() > 0 && claims.isDue() ? await claims.claim(workload) : []
      claimed.forEach(begin)
    } catch (error) {
      deps.onError(error)
    }
    claiming = false
    if (again) nudge()
    else sleep(room() <= 0)
  }

  function begin({ row, plan }: Claimed): void {
    const abort = new AbortController()
    const provider = plan.do === 'run' ? plan.provider.id : null
    const run: Run = { row, key: `${row.tenant_id}/${provider}`, settling: false, abort, done: Promise.resolve() }
    runs.set(row.id, run)
    const { signal } = abort
    const work =
      plan.do === 'run' ? deps.execute({ row, plan, signal, onSettling: () => makeRoom(run) }) : deps.runInternal(row, signal)
    run.done = work.catch(deps.onError).finally(() => {
      runs.delete(row.id)
      if (!run.settling) nudge()
    })
  }

  /** The next claim goes to disk together with this run's record: one sync for both. */
  function makeRoom(run: Run): void {
    if (run.settling) return
    run.settling = true
    nudge()
  }

  /** A full runner is woken by the run that ends; otherwise the next due job sets the clock. */
  function sleep(full: boolean): void {
    clearTimeout(timer)
    if (!started) return
    const due = full ? undefined : claims.nextDueAt()
    const wait = due === undefined ? longestSleepMs : Math.min(Math.max(due - deps.now(), 1), longestSleepMs)
    timer = setTimeout(nudge, wait)
  }

  function nudge(): void {
    clearTimeout(timer)
    look().catch(deps.onError)
  }

  async function beat(): Promise<void> {
    try {
      for (const id of await recovery.heartbeat(deps.id)) runs.get(id)?.abort.abort()
      if ((await recovery.sweep()) > 0) nudge()
    } catch (error) {
      deps.onError(error)
    }
  }

  return {
    id: deps.id,
    async start() {
      await recovery.register({ id: deps.id, host: deps.host, pid: process.pid })
      await recovery.sweep()
      started = true
      pulse = setInterval(beat, deps.leaseMs / 3)
      nudge()
    },
    nudge,
    abort: (jobId) => runs.get(jobId)?.abort.abort(),
    abortWhere(meant) {
      for (const { row, abort } of runs.values()) if (meant(row)) abort.abort()
    },
    running: () => runs.size,
    async stop(graceMs = 10_000) {
      started = false
      clearTimeout(timer)
      clearInterval(pulse)
      const grace = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref())
      await Promise.race([Promise.all([...runs.values()].map((run) => run.done)), grace])
      for (const run of runs.values()) run.abort.abort()
      await Promise.race([
        Promise.all([...runs.values()].map((run) => run.done)),
        new Promise<void>((resolve) => setTimeout(resolve, 1_000).unref()),
      ])
      await recovery.leave(deps.id)
    },
  }
}
