import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ask, headroom, type Rate } from './gcra.ts'

test('no window of the rate lets more through than burst plus what refilled', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 100, max: 60_000 }),
      fc.array(fc.nat(2_000), { maxLength: 200 }),
      (count, perMs, gaps) => {
        const rate: Rate = { count, perMs, burst: Math.min(count, 5) }
        const passed: number[] = []
        let tat = 0
        let now = 1_000_000
        for (const gap of gaps) {
          now += gap
          const decision = ask(tat, rate, now)
          tat = decision.tat
          if (decision.allowed) passed.push(now)
        }
        for (const start of passed) {
          const inside = passed.filter((at) => at >= start && at < start + perMs).length
          expect(inside).toBeLessThanOrEqual(count + (rate.burst ?? 0))
        }
      },
    ),
  )
})

test('a refusal names the instant at which it would pass, and then it passes', () => {
  const rate = { count: 1, perMs: 1_000, burst: 1 }
  const first = ask(0, rate, 5_000)
  const second = ask(first.tat, rate, 5_100)
  expect(second).toMatchObject({ allowed: false, freeAt: 6_000 })
  expect(ask(second.tat, rate, second.freeAt).allowed).toBe(true)
})

test('a clock that went back an hour holds nobody longer than the bucket is long', () => {
  const rate = { count: 10, perMs: 1_000 }
  const far = ask(0, rate, 3_600_000).tat
  expect(ask(far, rate, 0).freeAt).toBeLessThanOrEqual(1_200)
})

test('headroom counts down and comes back with time', () => {
  const rate = { count: 3, perMs: 3_000 }
  let tat = 0
  expect(headroom(tat, rate, 1_000)).toBe(3)
  tat = ask(tat, rate, 1_000).tat
  tat = ask(tat, rate, 1_000).tat
  expect(headroom(tat, rate, 1_000)).toBe(1)
  expect(headroom(tat, rate, 3_000)).toBe(3)
})
