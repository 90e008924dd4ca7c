import { afterEach, expect, test } from 'vitest'
import { createQueueWorld, operator, pretendedProvider, type QueueWorld, tenant } from './queue-world.ts'

let world: QueueWorld | undefined

afterEach(async () => {
  await world?.stop()
})

test('a long row of jobs for a full provider does not keep those behind it from another', async () => {
  const resend = { ...pretendedProvider({}), id: 'resend', serves: {} }
  world = createQueueWorld({ providers: { resend } })
  const { send, system, answer, requests } = world
  answer(() => new Promise(() => undefined))
  for (let at = 0; at < 200; at += 1) await send({ text: `${at}` })
  const input = { provider: 'resend', action: 'message.send', input: { chatId: '1', text: 'behind' } }
  const { row } = await system.enqueuer.enqueue(tenant, { kind: 'ACTION_RUN', input }, operator)
  // No lane of its own: as a job whose provider is chosen when it is claimed.
  world.database.sqlite.prepare('UPDATE jobs SET provider = NULL').run()
  await system.runner.start()
  for (let nudges = 0; nudges < 20; nudges += 1) {
    system.runner.nudge()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const claimed = await world.until(row.id, ({ state }) => state === 'running')
  expect(claimed.attempts).toBe(1)
  expect(requests.length).toBeLessThanOrEqual(17)
})
