/** Tells whether the process behind a runner is still the same living one: process ids are used again, boots reset them. */
import { readFileSync } from 'node:fs'

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    // Not Linux, or the process is gone: the caller's other evidence decides.
    return otherwise
  }
}

/** Start time of a process in clock ticks since boot (Linux), from after the command name, which may hold spaces. */
function startTicks(pid: number): string {
  const stat = readOr(`/proc/${pid}/stat`, '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

/** Identifies one life of one process: boot, id, start. */
export function processMark(pid: number): string {
  const boot = readOr('/proc/sys/kernel/random/boot_id', 'boot')
  return `${boot} ${pid} ${startTicks(pid)}`
}

export function isAlive(pid: number, mark: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return processMark(pid) === mark
}
