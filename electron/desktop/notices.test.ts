import { expect, test } from 'vitest'
import type { DesktopNotice } from './desktop-app.ts'
import { createApprovalTeller, createNoticeTeller } from './notices.ts'

function notice(id: string, more: Partial<DesktopNotice> = {}): DesktopNotice {
  return {
    id,
    kind: 'connection_broken',
    title: `Title ${id}`,
    message: `Message ${id}`,
    href: `/integrations/${id}`,
    at: '2026-01-01T00:00:00Z',
    count: 1,
    acknowledged: null,
    told: [],
    dismissable: true,
    tenantId: 'demo',
    tenantName: 'Demo',
    quiet: false,
    ...more,
  }
}

test('what is open at the start is not told; what comes later is, once', () => {
  const teller = createNoticeTeller()
  expect(teller.take([notice('a')])).toEqual([])
  expect(teller.take([notice('a'), notice('b')])).toEqual([
    { title: 'Title b', body: 'Message b', target: { path: '/integrations/b', tenantId: 'demo' } },
  ])
  expect(teller.take([notice('a'), notice('b')])).toEqual([])
  expect(teller.take([])).toEqual([])
  expect(teller.take([notice('b')])).toEqual([])
})

test('a kind that is switched off is not told, also not later', () => {
  const teller = createNoticeTeller()
  teller.take([])
  expect(teller.take([notice('a', { quiet: true })])).toEqual([])
  expect(teller.take([notice('a')])).toEqual([])
})

test('many at once become one', () => {
  const teller = createNoticeTeller()
  teller.take([])
  const told = teller.take(['a', 'b', 'c', 'd', 'e'].map((id) => notice(id)))
  expect(told).toEqual([{ title: '5 things need you', body: 'Title a\nTitle b\nTitle c\n…' }])
})

test('a path that is not ours is no target', () => {
  const teller = createNoticeTeller()
  teller.take([])
  expect(teller.take([notice('a', { href: 'https://example.com' })])).toEqual([{ title: 'Title a', body: 'Message a' }])
})

test('an open notice is not forgotten behind a thousand others', () => {
  const teller = createNoticeTeller()
  teller.take([notice('first')])
  for (let round = 0; round < 3; round += 1) {
    const many = Array.from({ length: 900 }, (_, index) => notice(`${round}-${index}`, { quiet: true }))
    expect(teller.take([notice('first'), ...many])).toEqual([])
  }
})

test('what waits for a word is told once by itself, with its answers only where the whole payload fits', () => {
  const asked = (id: string, text: string) => ({
    tenantId: 'demo',
    id,
    hash: 'h',
    who: 'Kelly',
    effect: 'Publishes a post on X.',
    payload: { text },
  })
  const short = asked('short', 'Good morning')
  const long = asked('long', 'word '.repeat(200))
  const teller = createApprovalTeller()
  const loud = () => false
  expect(teller.take([asked('early', 'Was there at the start')], loud)).toEqual([])
  const told = teller.take([short, long], loud)
  expect(told).toMatchObject([
    { title: 'Kelly asks', body: 'Publishes a post on X.\ntext: Good morning', approval: short },
    { title: 'Kelly asks', body: 'Publishes a post on X.', target: { path: '/agents?tab=approvals&approval=long' } },
  ])
  expect(told[1]).not.toHaveProperty('approval')
  expect(teller.take([short, long], loud)).toEqual([])
  expect(teller.take([asked('night', 'Hush')], () => true)).toEqual([])
})
