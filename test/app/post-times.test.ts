/** Scheduled posts in a hand-moved world: they go out at the time they were moved to, not before and not at the old one. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { spans } from '#shared/time'
import type { Actor, TenantEngine } from '../../electron/engine/engine.ts'
import { type RunningApp, runApp } from './running-app.ts'

const operator: Actor = { kind: 'operator', id: 'operator' }
let running: RunningApp
let demo: TenantEngine
let passed = 0
const now = () => Date.now() + passed

beforeAll(async () => {
  running = await runApp({}, { now })
  demo = running.app.engine.forTenant('demo')
})
afterAll(() => running.stop())

const inMs = (ms: number) => new Date(now() + ms).toISOString()
const stateOf = async (campaign: string) => (await demo.posts.get({ id: campaign }, operator)).posts[0]

/** Lets time pass and the queue look at itself; whoever is ordered then has run when this ends. */
async function pass(ms: number): Promise<void> {
  passed += ms
  const { body } = await demo.posts.create(
    { text: `It is ${new Date(now()).toISOString()}`, variants: [{ platform: 'x' }] },
    operator,
  )
  await expect.poll(async () => (await stateOf(body.id))?.state).toBe('succeeded')
}

test('a moved post goes out at its new time', async () => {
  const { body } = await demo.posts.create({ text: 'Moved', variants: [{ platform: 'x' }], runAt: inMs(spans.hour) }, operator)
  const post = body.posts[0]
  await demo.posts.move({ id: post?.id ?? '', runAt: inMs(3 * spans.hour), was: post?.runAt ?? '' }, operator)
  await pass(2 * spans.hour)
  expect(await stateOf(body.id)).toMatchObject({ state: 'queued' })
  await pass(spans.hour + spans.minute)
  await expect.poll(async () => (await stateOf(body.id))?.state).toBe('succeeded')
})

test('a post that is moved nearer goes out then, and is on its new day in the calendar', async () => {
  const { body } = await demo.posts.create(
    { text: 'Nearer', variants: [{ platform: 'x' }], runAt: inMs(5 * spans.day) },
    operator,
  )
  const post = body.posts[0]
  await demo.posts.move({ id: post?.id ?? '', runAt: inMs(spans.hour), was: post?.runAt ?? '' }, operator)
  await pass(spans.hour + spans.minute)
  await expect.poll(async () => (await stateOf(body.id))?.state).toBe('succeeded')
  const { items } = await demo.posts.calendar({ from: inMs(-spans.hour), to: inMs(spans.hour) }, operator)
  expect(items.filter(({ id }) => id === post?.id)).toHaveLength(1)
})

test('a paused tenant keeps its posts past their time, told with the reason', async () => {
  await demo.jobs.pause({ scope: 'tenant', paused: true }, operator)
  const { body } = await demo.posts.create({ text: 'Held', variants: [{ platform: 'x' }], runAt: inMs(spans.hour) }, operator)
  passed += 2 * spans.hour
  await demo.posts.create({ text: 'Held as well', variants: [{ platform: 'x' }] }, operator)
  await expect.poll(async () => (await stateOf(body.id))?.waitingFor).toBeTruthy()
  expect(await stateOf(body.id)).toMatchObject({ state: 'queued', dueAt: body.posts[0]?.dueAt })
  const other = await demo.posts.create({ text: 'Held and moved', variants: [{ platform: 'x' }] }, operator)
  await expect.poll(async () => (await stateOf(other.body.id))?.waitingFor).toBeTruthy()
  const held = await stateOf(other.body.id)
  const order = { id: held?.id ?? '', runAt: inMs(spans.day), was: held?.dueAt ?? '' }
  const moved = await demo.posts.move(order, operator)
  expect(moved).toMatchObject({ runAt: order.runAt, dueAt: order.runAt })
  await expect(demo.posts.move(order, operator)).rejects.toMatchObject({ failure: { kind: 'conflict' } })
  await demo.jobs.pause({ scope: 'tenant', paused: false }, operator)
  await expect.poll(async () => (await stateOf(body.id))?.state).toBe('succeeded')
})
