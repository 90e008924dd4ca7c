/** A data folder that the queue's program works on through any number of lives, and the judgement of what it promised. */
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { JobState } from '#shared/job'
import { tenant } from '../../electron/engine/jobs/queue-world.ts'
import { verifyAtRest } from './chain.ts'
import { readEffects } from './effect-providers.ts'
import { brokenPromises, type Ordered } from './judge-sends.ts'
import { type Program, type ProgramOptions, startProgram } from './program.ts'
import { seed } from './scale.ts'

export interface Lane {
  name: string
  file: string
  /** What arrived at the providers, on a disk of its own. */
  ledger: string
  promised: Set<string>
  /** What a life said that it should not have: jobs left to a dead one, orders refused. */
  complaints: string[]
}

export const toLane = (folder: string, name: string, at = folder): Lane => ({
  name,
  file: join(at, `${name}.db`),
  ledger: join(folder, `${name}.effects`),
  promised: new Set(),
  complaints: [],
})

/** Starts `program` on a lane, loaded and waiting for `go`. */
export function live(program: string, { file, ledger, name }: Lane, life: string, options: ProgramOptions = {}): Program {
  const own = ['--file', file, '--ledger', ledger, '--life', `${name}-${life}`, '--seed', String(seed)]
  return startProgram(program, { ...options, arguments: [...own, ...(options.arguments ?? [])] })
}

/** Keeps what a life promised, once it is over. */
export function note(lane: Lane, { lines }: Program): void {
  for (const line of lines) {
    const [what, value = ''] = line.split(' ')
    if (what === 'promised') lane.promised.add(value)
    if ((what === 'ready' && value !== '0') || what === 'refused') lane.complaints.push(line)
  }
}

interface Row {
  key: string
  state: JobState
  crashes: number
}

export function readLane<T>({ file }: Pick<Lane, 'file'>, ask: (sqlite: Sqlite.Database) => T): T {
  const sqlite = new Sqlite(file)
  try {
    return ask(sqlite)
  } finally {
    sqlite.close()
  }
}

/** What a promise repeats like. One that the process died on three times is set aside, and then a keyed one may be doubtful too. */
function toOrdered(key: string, row: Row | undefined): Ordered {
  const isSetAside = (row?.crashes ?? 0) >= 2 && row?.state === 'unknown'
  return { key, repeat: key.startsWith('keyed') && !isSetAside ? 'keyed' : 'unsafe', state: row?.state }
}

export interface Verdict {
  broken: string[]
  orders: Ordered[]
  arrived: number
  events: number
  /** What is wrong with the chain or the file. */
  damage: string | undefined
}

/** Ends that nobody may write, and the jobs that have one. */
const wrongEnds = {
  'was completed twice': `SELECT job_id FROM attempts WHERE outcome = 'succeeded' GROUP BY job_id HAVING count(*) > 1`,
  'was completed by one who had lost it': `SELECT job_id FROM attempts AS early WHERE outcome = 'succeeded'
    AND EXISTS (SELECT 1 FROM attempts WHERE job_id = early.job_id AND number > early.number)`,
  'ended while somebody was at it': `SELECT job_id FROM attempts WHERE outcome = 'running'
    AND job_id IN (SELECT id FROM jobs WHERE state NOT IN ('queued', 'running', 'waiting'))`,
} as const

/** Judges a lane at rest; what was written and never promised is an order too: it may be there or not, and must be whole. */
export function judge(lane: Lane): Verdict {
  const arrivals = new Map<string, number>()
  for (const { text } of readEffects(lane.ledger)) arrivals.set(text, (arrivals.get(text) ?? 0) + 1)
  return readLane(lane, (sqlite) => {
    const rows = new Map((sqlite.prepare('SELECT key, state, crashes FROM jobs').all() as Row[]).map((row) => [row.key, row]))
    const orders = [...new Set([...lane.promised, ...rows.keys()])].map((key) => toOrdered(key, rows.get(key)))
    const told = Object.entries(wrongEnds).flatMap(([what, sql]) =>
      sqlite
        .prepare(sql)
        .pluck()
        .all()
        .map((id) => `${id} ${what}`),
    )
    const { events, firstBad } = verifyAtRest(sqlite, tenant)
    const integrity = sqlite.pragma('integrity_check', { simple: true }) as string
    const damage = firstBad?.why ?? (integrity === 'ok' ? undefined : integrity)
    return { broken: [...brokenPromises(orders, arrivals), ...told], orders, arrived: arrivals.size, events, damage }
  })
}

/** The last life works off what is left; its exit code. */
export async function drain(program: string, lane: Lane, more: readonly string[] = []): Promise<number | null> {
  const last = live(program, lane, 'last', { arguments: ['--drain', ...more] })
  await last.go()
  const code = await last.ended
  note(lane, last)
  return code
}
