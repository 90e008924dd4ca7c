import { expect, test } from 'vitest'
import { createWaiting } from './waiting.ts'

const minuteMs = 60_000
const never = new AbortController().signal

/** Whether a promise has settled by the time everything that was due has run. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  let over = false
  void promise.then(() => {
    over = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return over
}

test('whoever waits is woken by news of their own provider alone', async () => {
  const waiting = createWaiting()
  const poll = waiting.until('telegram', minuteMs, never)
  waiting.wake('slack')
  expect(await isOver(poll)).toBe(false)
  waiting.wake('telegram')
  expect(await isOver(poll)).toBe(true)
})

test('leaving and a time of zero end it at once', async () => {
  const waiting = createWaiting()
  const leaving = new AbortController()
  const poll = waiting.until('telegram', minuteMs, leaving.signal)
  leaving.abort()
  expect(await isOver(poll)).toBe(true)
  expect(await isOver(waiting.until('telegram', minuteMs, leaving.signal))).toBe(true)
  expect(await isOver(waiting.until('telegram', 0, never))).toBe(true)
})

test('it ends when the time is over', async () => {
  await createWaiting().until('telegram', 1, never)
})
