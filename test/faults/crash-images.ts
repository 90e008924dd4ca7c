/** Makes the disks that a power cut may leave: all that was synced, and of the rest what chance kept, dropped or tore. */
import type { DiskEvent } from './disk-trace.ts'

/** A disk after the cut, and what had been told until then. */
export interface CrashImage {
  cutAt: number
  files: Map<string, Buffer>
  told: readonly string[]
}

type Change = Extract<DiskEvent, { what: 'write' | 'truncate' }>

interface FileState {
  durable: Buffer
  /** Changes since the last sync, oldest first: each may or may not have reached the disk. */
  pending: Change[]
}

/** Disks write sectors of this size whole or not at all. */
const sectorBytes = 512

function grown(content: Buffer, size: number): Buffer {
  return content.length >= size ? content : Buffer.concat([content, Buffer.alloc(size - content.length)])
}

function applied(content: Buffer, change: Change): Buffer {
  if (change.what === 'truncate') {
    return change.size <= content.length ? content.subarray(0, change.size) : grown(content, change.size)
  }
  const target = grown(content, change.at + change.bytes.length)
  change.bytes.copy(target, change.at)
  return target
}

/** Only some sectors of a write arrived. */
function torn(content: Buffer, change: Extract<Change, { what: 'write' }>, dice: () => number): Buffer {
  let target = content
  for (let from = 0; from < change.bytes.length; ) {
    const place = change.at + from
    const upTo = Math.min(change.bytes.length, from + sectorBytes - (place % sectorBytes))
    if (dice() < 0.5) target = applied(target, { ...change, at: place, bytes: change.bytes.subarray(from, upTo) })
    from = upTo
  }
  return target
}

/** How much chance lets through this time, so that the extremes come up too. */
function fateOf(dice: () => number): (change: Change, content: Buffer) => Buffer {
  const keep = [0, 0.5, 0.9, 1][Math.floor(dice() * 4)] ?? 0.5
  const tear = keep === 0 || keep === 1 ? 0 : 0.1
  return (change, content) => {
    const thrown = dice()
    if (thrown < tear && change.what === 'write') return torn(content, change, dice)
    return thrown < tear + keep ? applied(content, change) : content
  }
}

function imageOf(states: ReadonlyMap<string, FileState>, dice: () => number): Map<string, Buffer> {
  const fate = fateOf(dice)
  const files = new Map<string, Buffer>()
  for (const [file, { durable, pending }] of states) {
    let content: Buffer = Buffer.from(durable)
    for (const change of pending) content = fate(change, content)
    files.set(file, content)
  }
  return files
}

function happen(states: Map<string, FileState>, event: DiskEvent): void {
  if (event.what === 'tell') return
  if (event.what === 'remove') {
    states.delete(event.file)
    return
  }
  const state = states.get(event.file) ?? { durable: Buffer.alloc(0), pending: [] }
  states.set(event.file, state)
  if (event.what !== 'sync') {
    state.pending.push(event)
    return
  }
  for (const change of state.pending) state.durable = applied(state.durable, change)
  state.pending = []
}

/** Images at as many random instants, in order. `before` is the disk when the trace began. */
export function* crashImages(
  before: ReadonlyMap<string, Buffer>,
  events: readonly DiskEvent[],
  { count, dice }: { count: number; dice: () => number },
): Generator<CrashImage> {
  const states = new Map([...before].map(([file, durable]) => [file, { durable: Buffer.from(durable), pending: [] as Change[] }]))
  const cuts = Array.from({ length: count }, () => Math.floor(dice() * (events.length + 1))).sort((a, b) => a - b)
  const told: string[] = []
  let at = 0
  for (const cutAt of cuts) {
    for (; at < cutAt; at += 1) {
      const event = events[at]
      if (!event) break
      happen(states, event)
      if (event.what === 'tell') told.push(event.line)
    }
    yield { cutAt, files: imageOf(states, dice), told: [...told] }
  }
}
