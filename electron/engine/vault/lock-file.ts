/** Lets one process at a time change a file: a second file beside it is the lock, and a dead process does not keep it. */
import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { failed } from '#shared/failure'

/** A change takes milliseconds; a lock this old belongs to a process that died with it. */
const staleMs = 10_000
const patienceMs = 15_000
const againMs = 10

function take(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx', 0o600))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function breakIfStale(lock: string): void {
  const held = statSync(lock, { throwIfNoEntry: false })
  if (held && Date.now() - held.mtimeMs > staleMs) rmSync(lock, { force: true })
}

/** Whether somebody holds the lock of a file. */
export function isLocked(file: string): boolean {
  return existsSync(`${file}.lock`)
}

/** The same for a program that has nothing else to do meanwhile: it waits without turning its event loop. */
export function changeAloneAtOnce<T>(file: string, change: () => T): T {
  const lock = `${file}.lock`
  const until = performance.now() + patienceMs
  while (!take(lock)) {
    if (performance.now() > until)
      throw failed('unavailable', `Another process of Atlas UX is making ${file} and does not finish. Try again.`)
    breakIfStale(lock)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, againMs)
  }
  try {
    return change()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** The change must be synchronous: what it takes is how long others wait. */
export async function changeAlone<T>(file: string, change: () => T): Promise<T> {
  const lock = `${file}.lock`
  const until = performance.now() + patienceMs
  while (!take(lock)) {
    if (performance.now() > until)
      throw failed('unavailable', 'Another process of Atlas UX is changing secret storage and does not finish. Try again.')
    breakIfStale(lock)
    await wait(againMs)
  }
  try {
    return change()
  } finally {
    rmSync(lock, { force: true })
  }
}
