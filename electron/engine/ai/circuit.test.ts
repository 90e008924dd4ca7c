import { expect, test } from 'vitest'
import { createCircuits } from './circuit.ts'

function trial() {
  const clock = { now: 0 }
  const circuits = createCircuits(() => clock.now)
  const failTimes = (times: number) => {
    for (let count = 0; count < times; count += 1) if (circuits.enter('a')) circuits.fail('a')
  }
  return { clock, circuits, failTimes }
}

test('it opens at the third failure in a row, and one good call between starts anew', () => {
  const { circuits, failTimes } = trial()
  failTimes(2)
  circuits.succeed('a')
  failTimes(2)
  expect(circuits.view('a').state).toBe('closed')
  failTimes(1)
  expect(circuits.view('a')).toEqual({ state: 'open', until: 30_000, failures: 3 })
  expect(circuits.enter('a')).toBe(false)
  expect(circuits.enter('b')).toBe(true)
})

test('after its rest a single call tries it; a good one closes it', () => {
  const { clock, circuits, failTimes } = trial()
  failTimes(3)
  clock.now = 30_000
  expect(circuits.view('a').state).toBe('half_open')
  expect([circuits.enter('a'), circuits.enter('a')]).toEqual([true, false])
  circuits.leave('a')
  expect(circuits.enter('a')).toBe(true)
  circuits.succeed('a')
  expect(circuits.view('a')).toEqual({ state: 'closed', until: null, failures: 0 })
})

test('a failed try doubles the rest, up to ten minutes', () => {
  const { clock, circuits, failTimes } = trial()
  failTimes(3)
  const rests = [60_000, 120_000, 240_000, 480_000, 600_000, 600_000]
  for (const rest of rests) {
    clock.now = circuits.view('a').until ?? 0
    failTimes(1)
    expect((circuits.view('a').until ?? 0) - clock.now).toBe(rest)
  }
})
