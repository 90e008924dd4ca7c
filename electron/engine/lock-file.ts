/** Lets one process at a time change a file: a second file beside it is the lock, and a dead process does not keep it. */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { failed } from '#shared/failure'

/** A change takes milliseconds; a lock this old belongs to a process that died with it. */
const staleMs = 10_000
const patienceMs = 15_000
const againMs = 10

function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Whether the process that wrote its id into the lock is gone. Of an empty one nobody can tell: it is being written. */
function isOfTheDead(lock: string): boolean {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    if (pid === 0) return false
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

function breakIfStale(lock: string): void {
  const held = statSync(lock, { throwIfNoEntry: false })
  if (held && (isOfTheDead(lock) || Date.now() - held.mtimeMs > staleMs)) rmSync(lock, { force: true })
}

/** Whether somebody holds the lock of a file. */
export function isLocked(file: string): boolean {
  return existsSync(`${file}.lock`)
}

interface Lock {
  path: string
  until: number
  /** Told to whoever waits in vain. */
  held: string
}

function lockOf(file: string, held: string): Lock {
  return { path: `${file}.lock`, until: performance.now() + patienceMs, held }
}

/** Takes the lock, or makes the next try worth its while. */
function tryFor({ path, until, held }: Lock): boolean {
  if (take(path)) return true
  if (performance.now() > until) throw failed('unavailable', held)
  breakIfStale(path)
  return false
}

function changeHolding<T>({ path }: Lock, change: () => T): T {
  try {
    return change()
  } finally {
    rmSync(path, { force: true })
  }
}

/** The change must be synchronous: what it takes is how long others wait. */
export async function changeAlone<T>(file: string, change: () => T): Promise<T> {
  const lock = lockOf(file, 'Another process of Atlas UX is changing secret storage and does not finish. Try again.')
  while (!tryFor(lock)) await wait(againMs)
  return changeHolding(lock, change)
}

/** The same for a program that has nothing else to do meanwhile: it waits without turning its event loop. */
export function changeAloneAtOnce<T>(file: string, change: () => T): T {
  const lock = lockOf(file, `Another process of Atlas UX is making ${file} and does not finish. Try again.`)
  while (!tryFor(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, againMs)
  return changeHolding(lock, change)
}
