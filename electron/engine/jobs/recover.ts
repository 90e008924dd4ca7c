/** Takes back jobs whose runner died or lost its lease, and says honestly what may have been sent. */
import { failed } from '#shared/failure'
import type { Repeat } from '#shared/job'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import { type JobMoves, unlocked } from './moves.ts'
import { isAlive, processMark } from './process-mark.ts'
import { type AttemptRow, type JobRow, type Progress, parseJson } from './rows.ts'

export interface RunnerRow {
  id: string
  host: string
  pid: number
  process_mark: string
  started_at: number
  seen_at: number
}

export interface Recovery {
  /** Announces this process as a runner. */
  register(runner: { id: string; host: string; pid: number }): Promise<void>
  leave(id: string): Promise<void>
  /** Renews the leases of what this runner still works on; answers the ids of its jobs that a person asked to cancel. */
  heartbeat(id: string): Promise<string[]>
  /** Takes back what dead runners held; answers how many. Skips judging leases right after the clock jumped. */
  sweep(): Promise<number>
  runners(): RunnerRow[]
}

export interface RecoveryDeps {
  database: Database
  moves: JobMoves
  leaseMs: number
  now(): number
  monotonic(): number
  /** How an action may be repeated; `unsafe` when nobody knows it any more. */
  repeatOf(provider: string | null, action: string | null): Repeat
  /** Whether this process works on a job right now. */
  isHeld(jobId: string): boolean
}

/** More difference than this between the two clocks since the last look means that the machine slept or its clock was set. */
const jumpMs = 5_000
/** A job that was alone when its process died twice is set aside. */
const mostCrashes = 2

const system: Actor = { kind: 'system', id: 'recovery' }

export function createRecovery(deps: RecoveryDeps): Recovery {
  const { database, moves, leaseMs, now, monotonic } = deps
  const { sqlite } = database
  const insert = sqlite.prepare(
    'INSERT OR REPLACE INTO runners (id, host, pid, process_mark, started_at, seen_at) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const remove = sqlite.prepare('DELETE FROM runners WHERE id = ?')
  const seen = sqlite.prepare('UPDATE runners SET seen_at = ? WHERE id = ?')
  const locked = sqlite.prepare(`SELECT id FROM jobs WHERE locked_by = ? AND state = 'running'`)
  const renew = sqlite.prepare('UPDATE jobs SET locked_until = ? WHERE id = ?')
  const cancels = sqlite.prepare(`SELECT id FROM jobs WHERE locked_by = ? AND state = 'running' AND cancel_asked_at IS NOT NULL`)
  const running = sqlite.prepare(`SELECT * FROM jobs WHERE state = 'running'`)
  const attemptOf = sqlite.prepare('SELECT * FROM attempts WHERE job_id = ? AND number = ?')
  const all = sqlite.prepare('SELECT * FROM runners ORDER BY started_at')
  let lastLook = { wall: now(), steady: monotonic() }

  function clocksAgree(): boolean {
    const look = { wall: now(), steady: monotonic() }
    const drift = Math.abs(look.wall - lastLook.wall - (look.steady - lastLook.steady))
    lastLook = look
    return drift < jumpMs
  }

  function isLost(row: JobRow, runners: Map<string, RunnerRow>, judgeLeases: boolean): boolean {
    const runner = runners.get(row.locked_by ?? '')
    if (!runner || !isAlive(runner.pid, runner.process_mark)) return true
    return judgeLeases && (row.locked_until ?? 0) < now()
  }

  function setAside(tx: Change, row: JobRow, { crashes, isDoubtful }: { crashes: number; isDoubtful: boolean }): void {
    const why = 'The process died each time it ran this job alone, so it was set aside.'
    const { failure } = isDoubtful
      ? failed('unknown', `${why} A request was under way and may have gone out: look before you send it again.`)
      : failed('unexpected', `${why} Nothing was sent.`)
    const patch = { ...unlocked, crashes, finished_at: now(), failure: JSON.stringify(failure), failure_kind: failure.kind }
    moves.move(tx, row, { move: isDoubtful ? 'lose_answer' : 'fail', actor: system, failure, patch })
  }

  function takeBack(tx: Change, row: JobRow): void {
    const attempt = attemptOf.get(row.id, row.generation) as AttemptRow | undefined
    const repeat = deps.repeatOf(attempt?.provider ?? null, attempt?.action ?? null)
    const sent = attempt !== undefined && attempt.sending_at !== null
    const progress = parseJson<Progress>(row.progress)
    // What was accepted is only watched: whoever takes it over goes on watching.
    const accepted = progress?.acceptedAt !== undefined
    const taker = progress?.mayHaveTaken ?? (sent && repeat !== 'safe' ? (attempt.provider ?? undefined) : undefined)
    if (sent && repeat === 'unsafe' && !accepted) {
      const failure = failed(
        'unknown',
        'The process ended while the request was under way. It may have gone out: look before you send it again.',
      ).failure
      const patch = { ...unlocked, finished_at: now(), failure: JSON.stringify(failure), failure_kind: failure.kind }
      moves.move(tx, row, { move: 'lose_answer', actor: system, failure, patch })
      return
    }
    const crashes = row.crashes + 1
    if (crashes > mostCrashes) {
      setAside(tx, row, { crashes, isDoubtful: accepted || taker !== undefined })
      return
    }
    const doubt = taker === undefined ? {} : { progress: JSON.stringify({ ...progress, mayHaveTaken: taker } satisfies Progress) }
    const patch = { ...unlocked, ...doubt, crashes, attempts: row.attempts - 1, run_at: now() }
    moves.move(tx, row, { move: 'release', actor: system, patch, detail: { why: 'its process ended' } })
  }

  return {
    register({ id, host, pid }) {
      return database.write(() => {
        insert.run(id, host, pid, processMark(pid), now(), now())
      })
    },
    leave(id) {
      return database.write(() => {
        remove.run(id)
      })
    },
    heartbeat(id) {
      return database.write(() => {
        seen.run(now(), id)
        // One whose end could not be recorded, on a full disk, is held by nobody: its lease runs out, and it is taken back.
        const held = (locked.all(id) as { id: string }[]).filter((row) => deps.isHeld(row.id))
        for (const row of held) renew.run(now() + leaseMs, row.id)
        return (cancels.all(id) as { id: string }[]).map((row) => row.id)
      })
    },
    sweep() {
      const judgeLeases = clocksAgree()
      return database.write((tx) => {
        const runners = new Map((all.all() as RunnerRow[]).map((runner) => [runner.id, runner]))
        const lost = (running.all() as JobRow[]).filter((row) => isLost(row, runners, judgeLeases))
        for (const row of lost) takeBack(tx, row)
        for (const runner of runners.values()) if (!isAlive(runner.pid, runner.process_mark)) remove.run(runner.id)
        return lost.length
      })
    },
    runners: () => all.all() as RunnerRow[],
  }
}
