/** What a job costs beyond the call it makes: the same calls through the queue, on disk and synced, and bare. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createQueueWorld } from '../electron/engine/jobs/queue-world.ts'
import { type Figure, sideBySide } from './measure.ts'

const runs = 7
const calls = 500
/** As many as the queue lets one tenant run at one provider. */
const atOnce = 8

interface Provider {
  url: string
  stop(): Promise<void>
}

async function startProvider(): Promise<Provider> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end('{"messageId":"1"}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`,
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** What both sides do alike: the same bytes to the same place, the answer read whole. */
function callOf(url: string): () => Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text: 'hello' }) }
  return async () => Response.json(await (await fetch(url, init)).json())
}

async function bareCalls(call: () => Promise<Response>, count: number): Promise<number> {
  let left = count
  async function one(): Promise<void> {
    for (; left > 0; ) {
      left -= 1
      await call()
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, one))
  return (performance.now() - startedAt) / count
}

/** From the first claim to the last settlement of jobs that are all due. */
async function queuedCalls(call: () => Promise<Response>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-bench-dispatch-'))
  const world = createQueueWorld({ file: join(folder, 'bench.db') })
  world.answer(call)
  try {
    await Promise.all(Array.from({ length: calls }, () => world.send()))
    const done = world.database.sqlite.prepare("SELECT count(*) FROM jobs WHERE state = 'succeeded'").pluck()
    const startedAt = performance.now()
    await world.system.runner.start()
    while (done.get() !== calls) await new Promise((resolve) => setTimeout(resolve, 1))
    return (performance.now() - startedAt) / calls
  } finally {
    await world.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One order, from being asked to being settled, while nothing else is to be done. */
async function oneJob(call: () => Promise<Response>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-bench-dispatch-'))
  const world = createQueueWorld({ file: join(folder, 'bench.db') })
  world.answer(call)
  try {
    await world.system.runner.start()
    await settled(world)
    const startedAt = performance.now()
    await settled(world)
    return performance.now() - startedAt
  } finally {
    await world.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function settled(world: ReturnType<typeof createQueueWorld>): Promise<void> {
  const { id } = await world.send()
  await world.until(id, ({ state }) => state === 'succeeded')
}

export async function measureDispatch(): Promise<Figure[]> {
  const provider = await startProvider()
  const call = callOf(provider.url)
  try {
    await bareCalls(call, calls)
    const many = await sideBySide(
      runs,
      () => queuedCalls(call),
      () => bareCalls(call, calls),
    )
    const one = await sideBySide(
      runs,
      () => oneJob(call),
      () => bareCalls(call, 1),
    )
    return [
      {
        title: `A send among ${calls}, ${atOnce} at a time`,
        measured: { name: 'through the queue, synced', ms: many.measuredMs },
        yardstick: { name: 'bare HTTP call', ms: many.yardstickMs },
        runs,
      },
      {
        title: 'One send alone, from order to settlement',
        measured: { name: 'through the queue, synced', ms: one.measuredMs },
        yardstick: { name: 'bare HTTP call', ms: one.yardstickMs },
        runs,
      },
    ]
  } finally {
    await provider.stop()
  }
}
