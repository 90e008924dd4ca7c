/** Which processes belong to one: its children and theirs, as Linux tells them. */
import { readdirSync, readFileSync } from 'node:fs'

interface Status {
  pid: number
  parent: number
  state: string
}

/** Every living descendant of a process, itself included. Empty where there is no /proc. */
export function familyOf(pid: number): number[] {
  const all = processes()
  const family = new Set([pid])
  // A parent can come after its child in the list, so look until nobody is added.
  for (let before = 0; before !== family.size; ) {
    before = family.size
    for (const each of all) if (family.has(each.parent)) family.add(each.pid)
  }
  return all.filter((each) => family.has(each.pid)).map((each) => each.pid)
}

/** Those of the given processes that still run. One that has ended but was not collected by its parent does not. */
export function stillRunning(pids: readonly number[]): number[] {
  return processes()
    .filter((each) => pids.includes(each.pid) && each.state !== 'Z')
    .map((each) => each.pid)
}

function processes(): Status[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readStatus(Number(name)) ?? []) : []))
}

function readStatus(pid: number): Status | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = '', parent = ''] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { pid, parent: Number(parent), state }
  } catch {
    // It ended while the list was read.
    return undefined
  }
}
