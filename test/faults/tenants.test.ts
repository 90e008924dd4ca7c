/** Two hundred tenants on one queue, and the provider of one of them in trouble: the others notice nothing, and no limit is passed. */
import { expect, test } from 'vitest'
import { createCircuits } from '../../electron/engine/ai/circuit.ts'
import { report, scaled, seed } from './scale.ts'
import { liveThrough, type Outcome, quota, type Trouble } from './tenants-world.ts'

const tenants = 200
const lengthMs = scaled(3_000, 20_000)
const backlog = scaled(1_000, 5_000)
/** Of throughput lost, and of waiting gained, by those who are not meant. */
const mostLost = 0.05

const town = { tenants, lengthMs, seed, backlog }
const troubles: readonly Exclude<Trouble, 'nothing'>[] = [
  'told to wait',
  'told to wait, no limit known',
  'limit used up',
  'never in a hurry',
]

function p95({ latencies }: Outcome): number {
  return latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length * 0.95)] ?? Number.POSITIVE_INFINITY
}

/** What the others lost by the trouble of one, in words; none when they noticed nothing. */
function lossOf(calm: Outcome, troubled: Outcome): string[] {
  const lost = 1 - troubled.latencies.length / calm.latencies.length
  const slower = p95(troubled) / p95(calm) - 1
  return [
    ...(lost >= mostLost ? [`${Math.round(lost * 100)} % fewer were answered`] : []),
    ...(slower >= mostLost && Number.isFinite(slower)
      ? [`19 of 20 took up to ${p95(troubled)} ms instead of ${p95(calm)} ms`]
      : []),
  ]
}

/** The most that fell into any span of this length (ms). */
function mostWithin(instants: readonly number[], spanMs: number): number {
  let [most, from] = [0, 0]
  instants.forEach((at, index) => {
    while ((instants[from] ?? at) <= at - spanMs) from += 1
    most = Math.max(most, index - from + 1)
  })
  return most
}

const calm = liveThrough({ ...town, trouble: 'nothing' })

test.each(troubles)('%s: one tenant of 200, and the others lose nothing', async (trouble) => {
  const before = await calm
  const after = await liveThrough({ ...town, trouble })
  report(
    `tenants: seed ${seed}, ${tenants} tenants for ${lengthMs / 1_000} s of hand-moved time, the provider of one ${trouble}, ${backlog} of its jobs waiting: of the others' ${after.ordered} orders ${after.latencies.length} answered (${before.latencies.length} without it), 95 % within ${p95(after)} ms (${p95(before)} ms)`,
  )
  expect(before.latencies.length).toBe(before.ordered)
  expect(after.admitted.length).toBeGreaterThan(0)
  expect(lossOf(before, after)).toEqual([])
})

test('a limit without bursts is used whole, and passed in no span of its length', async () => {
  await calm
  const { admitted: all } = await liveThrough({ ...town, trouble: 'limit used up' })
  const admitted = all.filter((at) => at < lengthMs)
  const allowed = (quota.count * lengthMs) / quota.perMs
  const most = mostWithin(admitted, quota.perMs)
  report(
    `tenants: by a limit without bursts ${admitted.length} requests let through where ${allowed} were allowed in ${lengthMs / 1_000} s, at most ${most} of ${quota.count} in any second`,
  )
  expect(most).toBeLessThanOrEqual(quota.count)
  expect(admitted.length).toBeGreaterThanOrEqual(allowed * 0.99)
})

test('control: one passage too many is found in the span where it fell', () => {
  const even = Array.from({ length: 60 }, (_, at) => at * (quota.perMs / quota.count))
  expect(mostWithin(even, quota.perMs)).toBe(quota.count)
  expect(
    mostWithin(
      [...even, 1_010].sort((a, b) => a - b),
      quota.perMs,
    ),
  ).toBe(quota.count + 1)
})

test.each(troubles.filter((trouble) => trouble !== 'told to wait, no limit known'))(
  'control: %s, with all orders in the lane of the one, is found',
  async (trouble) => {
    const before = await calm
    const after = await liveThrough({ ...town, trouble, isOneLane: true })
    const loss = lossOf(before, after)
    report(
      `tenants, control: in one lane with the tenant whose provider is ${trouble}, ${loss.join(' and ') || 'nothing was found'}`,
    )
    expect(loss).not.toEqual([])
  },
)

test('a model that fails is left alone after six failures at most, and tried again by one of 200 callers', () => {
  let now = 0
  const circuits = createCircuits(() => now)
  let failures = 0
  while (circuits.enter('model') && failures < tenants) {
    circuits.fail('model')
    failures += 1
  }
  now = circuits.view('model').until ?? 0
  const probes = Array.from({ length: tenants }, () => circuits.enter('model')).filter(Boolean).length
  report(`tenants: a model that fails is left alone after ${failures} failures; of ${tenants} callers ${probes} tries it again`)
  expect(failures).toBeLessThanOrEqual(6)
  expect(probes).toBe(1)
})
