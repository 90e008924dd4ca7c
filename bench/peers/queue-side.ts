/** What each queue must be able to do to be measured: the same orders, the same empty handler, its own words for durable. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface QueueSide {
  name: string
  durability: string
  /** Begins with an empty queue. */
  open(): Promise<void>
  /** Resolves once the job is acknowledged. */
  enqueue(payload: Payload): Promise<unknown>
  enqueueAll(payloads: readonly Payload[]): Promise<unknown>
  /** Works with an empty handler until so many jobs are done. */
  drain(count: number): Promise<void>
  close(): Promise<void>
  /** Processor time of servers beside this process, so far (ms). */
  serverCpuMs(): number
}

export interface Payload {
  chatId: string
  text: string
}

/** About 500 bytes of JSON. */
export const payload: Payload = { chatId: '1', text: 'x'.repeat(460) }

export function payloads(count: number): Payload[] {
  return Array.from({ length: count }, () => payload)
}

export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'atlas-bench-queue-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Calls back once so many are counted. */
export function countdown(count: number): { one(): void; all: Promise<void> } {
  let left = count
  let finish: () => void = () => undefined
  const all = new Promise<void>((resolve) => {
    finish = resolve
  })
  return {
    all,
    one() {
      left -= 1
      if (left === 0) finish()
    },
  }
}

/** How many orders each side takes at once. */
export const producers = 64

export async function produce(side: Pick<QueueSide, 'enqueue'>, count: number): Promise<void> {
  let left = count
  async function one(): Promise<void> {
    for (; left > 0; ) {
      left -= 1
      await side.enqueue(payload)
    }
  }
  await Promise.all(Array.from({ length: producers }, one))
}

/** What was opened; asking before that is a mistake of the benchmark. */
export function opened<T>(queue: T | undefined): T {
  if (queue === undefined) throw new Error('the queue is not open')
  return queue
}
