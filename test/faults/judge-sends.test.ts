/** The negative control of the kill suite: each broken promise, planted, is found. */
import { expect, test } from 'vitest'
import { brokenPromises, type Ordered } from './judge-sends.ts'

const kept: Ordered[] = [
  { key: 'k-1', repeat: 'unsafe', state: 'succeeded' },
  { key: 'k-2', repeat: 'unsafe', state: 'unknown' },
  { key: 'k-3', repeat: 'unsafe', state: 'unknown' },
  { key: 'k-4', repeat: 'keyed', state: 'succeeded' },
]
const arrived = new Map([
  ['k-1', 1],
  ['k-2', 1],
  ['k-4', 1],
])

test('a run that kept every promise is let pass', () => {
  expect(brokenPromises(kept, arrived)).toEqual([])
})

test.each([
  ['an unsafe send that went out twice', kept, new Map([...arrived, ['k-2', 2]])],
  ['a keyed send that went out twice', kept, new Map([...arrived, ['k-4', 2]])],
  [
    'a send that is called succeeded and never arrived',
    kept,
    new Map([
      ['k-2', 1],
      ['k-4', 1],
    ]),
  ],
  ['an acknowledged order that is gone', [...kept, { key: 'k-5', repeat: 'unsafe', state: undefined } as Ordered], arrived],
  ['an order that hangs', [...kept, { key: 'k-5', repeat: 'unsafe', state: 'running' } as Ordered], arrived],
  [
    'a send that is called failed and arrived',
    [{ key: 'k-1', repeat: 'unsafe', state: 'failed' } as Ordered, ...kept.slice(1)],
    arrived,
  ],
  ['a keyed send left unknown', [...kept.slice(0, 3), { key: 'k-4', repeat: 'keyed', state: 'unknown' } as Ordered], arrived],
  ['a message that nobody ordered', kept, new Map([...arrived, ['k-9', 1]])],
])('%s is found', (_what, orders, arrivals) => {
  expect(brokenPromises(orders, arrivals)).toHaveLength(1)
})
