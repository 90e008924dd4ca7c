/** The single-instance lock: a file in the profile. A second process leaves its arguments beside it and goes. */
import { mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Takes the lock, or tells its holder the arguments. */
export function lockInstance(profileDir: string, onSecond: (argv: string[]) => void): boolean {
  mkdirSync(profileDir, { recursive: true })
  const lock = join(profileDir, 'instance.lock')
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
  } catch {
    if (isAlive(Number(readFileSync(lock, 'utf8')))) {
      writeFileSync(join(profileDir, `instance.${process.pid}.json`), JSON.stringify(process.argv))
      return false
    }
    // Its holder died without letting go.
    writeFileSync(lock, String(process.pid))
  }
  process.on('exit', () => rmSync(lock, { force: true }))
  watch(profileDir, (_event, name) => {
    if (name && /^instance\.\d+\.json$/.test(name)) take(join(profileDir, name), onSecond)
  }).unref()
  return true
}

function take(file: string, onSecond: (argv: string[]) => void): void {
  try {
    const argv = JSON.parse(readFileSync(file, 'utf8')) as string[]
    rmSync(file)
    onSecond(argv)
  } catch {
    // Taken already, or not yet written in full: the next event brings it.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
