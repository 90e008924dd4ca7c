/** An order that may have gone out is never handed to another provider, and never called failed. */
import { afterEach, describe, expect, test } from 'vitest'
import { spans } from '#shared/time'
import { createQueueWorld, pretendedProvider, type QueueWorld, type QueueWorldOptions } from './queue-world.ts'

let world: QueueWorld
afterEach(() => world.stop())

const reset = () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: coded('ECONNRESET') }))
const refused = () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: coded('ECONNREFUSED') }))
const down = () => new Response('down', { status: 500 })
const unreadable = () => new Response('<html>welcome</html>')
const rejects = () => Response.json({ message: 'no such chat' }, { status: 422 })
const throttles = () => Response.json({}, { status: 429, headers: { 'retry-after': '30' } })

function coded(code: string): Error {
  return Object.assign(new Error(code), { code })
}

/** Answers after which nobody knows whether it went out. */
const doubtful = [
  ['was cut off', reset],
  ['broke with 500', down],
  ['could not be read', unreadable],
] as const

type Answer = () => Response | Promise<Response>

/** Lets one order through answer after answer, and past every wait. */
async function endAfter(answers: Answer[], options: QueueWorldOptions) {
  world = createQueueWorld(options)
  let at = 0
  world.answer(() => {
    const next = answers[Math.min(at, answers.length - 1)] ?? down
    at += 1
    return next()
  })
  await world.system.runner.start()
  const { id } = await world.send()
  for (let seen = 1; ; seen += 1) {
    const row = await world.until(id, ({ finished_at, state, generation }) => {
      return finished_at !== null || (state === 'queued' && generation >= seen)
    })
    if (row.finished_at !== null) return row
    world.clock.now = Math.max(world.clock.now, row.run_at) + spans.minute
    world.system.runner.nudge()
  }
}

const keyed = { repeat: 'keyed' } as const
/** A second provider of the same kind stands by. */
const beside = () => ({ ...keyed, providers: { slack: pretendedProvider({ id: 'slack' }) } })

describe('with another provider standing by', () => {
  test.each(doubtful)('a keyed order whose answer %s goes to the same provider again', async (_case, answer) => {
    const row = await endAfter([answer, () => Response.json({ messageId: '1' })], beside())
    expect(row).toMatchObject({ state: 'succeeded', provider: 'telegram' })
  })

  test('nor does it change hands when the next attempt is throttled', async () => {
    const answers = [reset, throttles, () => Response.json({ messageId: '1' })]
    expect(await endAfter(answers, beside())).toMatchObject({ state: 'succeeded', provider: 'telegram' })
  })

  test('one that was never sent changes hands at once', async () => {
    const row = await endAfter([refused, () => Response.json({ messageId: '1' })], beside())
    expect(row).toMatchObject({ state: 'succeeded', provider: 'slack' })
  })
})

describe('alone', () => {
  test.each(doubtful)('a keyed order whose answer %s and whose next attempt is refused is unknown', async (_case, answer) => {
    const row = await endAfter([answer, rejects], keyed)
    expect(row).toMatchObject({ state: 'unknown', failure_kind: 'unknown' })
    expect(row.failure).toContain('may have gone out')
    expect(row.failure).toContain('no such chat')
  })

  test('so is one that never gets a clear answer', async () => {
    expect(await endAfter([down], keyed)).toMatchObject({ state: 'unknown' })
  })

  test('one that was never sent, or clearly refused, has failed', async () => {
    expect(await endAfter([refused, rejects], keyed)).toMatchObject({ state: 'failed', failure_kind: 'rejected' })
    await world.stop()
    expect(await endAfter([throttles, rejects], keyed)).toMatchObject({ state: 'failed', failure_kind: 'rejected' })
  })

  test('a question that never gets an answer has failed: it has no effect', async () => {
    expect(await endAfter([down], { repeat: 'safe' })).toMatchObject({ state: 'failed' })
  })
})
