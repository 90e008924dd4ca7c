/** What everybody on the machine, or whoever runs as the same user, may read of running processes. Linux. */
import { readdirSync, readFileSync } from 'node:fs'

export interface Told {
  where: string
  text: string
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It ended between the look at the list and the look at it.
    return ''
  }
}

/** Parents by process. */
function parents(): Map<number, number> {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return new Map(
    pids.map((pid) => {
      const stat = readOr(`/proc/${pid}/stat`)
      return [pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]
    }),
  )
}

/** These processes and all that descend from them. */
function familyOf(roots: readonly number[]): number[] {
  const family = new Set(roots)
  const all = parents()
  for (let before = 0; before !== family.size; ) {
    before = family.size
    for (const [pid, parent] of all) if (family.has(parent)) family.add(pid)
  }
  return [...family]
}

/** Command line and environment of the processes and of their descendants. */
function processTable(roots: readonly number[]): Told[] {
  return familyOf(roots).flatMap((pid) => {
    return [
      { where: `the command line of process ${pid}`, text: readOr(`/proc/${pid}/cmdline`) },
      { where: `the environment of process ${pid}`, text: readOr(`/proc/${pid}/environ`) },
    ]
  })
}

/** Looks again and again until told to stop; then answers all that was ever there, each once. */
export function watchProcesses(roots: () => readonly number[], everyMs = 50): () => Told[] {
  const seen = new Map<string, Told>()
  const look = () => {
    for (const told of processTable(roots())) seen.set(`${told.where} ${told.text}`, told)
  }
  const timer = setInterval(look, everyMs)
  return () => {
    look()
    clearInterval(timer)
    return [...seen.values()]
  }
}
