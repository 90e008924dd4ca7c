/** Accepted is not live: what a platform took is watched until it says so, and never published again for the watching. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { failed } from '#shared/failure'
import { AlignablePost, XPost } from '#shared/social/post'
import { spans } from '#shared/time'
import { type AnyProvider, defineAction, defineProvider } from '../../kit/define.ts'
import { notYet } from '../../kit/failures.ts'
import { pretendedManifest } from './pretended-provider.ts'
import { createQueueWorld, operator, type QueueWorld, type QueueWorldOptions, tenant } from './queue-world.ts'

const Status = z.object({ state: z.string() })

const publish = defineAction({
  title: 'Publish',
  effect: 'Publishes a post.',
  source: 'https://example.com/docs',
  repeat: 'unsafe',
  input: XPost,
  output: z.object({ id: z.string() }),
  lookup: 'Look at the account.',
  subject: ({ text }) => text.slice(0, 120),
  buckets: () => ['posts'],
  cost: () => ({ microDollars: 15_000, asOf: '2026-08-22', source: 'https://example.com/prices' }),
  find: async (_input, call) => {
    const items = await call.json(z.array(z.object({ id: z.string() })), { url: `${call.endpoint()}/recent` }, 'ask')
    return items.map(({ id }) => ({ id, url: `https://example.com/${id}`, text: 'Hello', at: call.now() }))
  },
  async run({ text }, call) {
    let { id } = (call.progress ?? {}) as { id?: string }
    if (id === undefined) {
      const taken = await call.json(z.object({ id: z.string() }), { url: `${call.endpoint()}/publish`, json: { text } })
      id = taken.id
      await call.accepted({ id })
    }
    const { state } = await call.json(Status, { url: `${call.endpoint()}/status` }, 'ask')
    if (state === 'refused') throw failed('rejected', 'The platform refused the post.')
    if (state !== 'live') throw notYet('The platform is still working on it.', 20_000)
    return { id }
  },
})

const byHand = defineAction({
  title: 'Post by hand',
  effect: 'Hands the post to a person.',
  source: 'https://example.com/docs',
  repeat: 'unsafe',
  input: AlignablePost,
  output: z.object({}),
  lookup: 'Look at the page.',
  subject: ({ text }) => text.slice(0, 120),
  assist: ({ text }) => ({ text, page: 'https://example.com/', steps: ['Paste it.'] }),
  run: () => Promise.reject(new Error('nobody runs this')),
})

const common = {
  ...pretendedManifest,
  category: 'social',
  limits: [
    { bucket: 'posts', title: 'Posts of the account in a day', count: 2, perMs: spans.day, source: 'https://example.com/docs' },
  ],
} as const

const providers: Record<string, AnyProvider> = {
  platform: defineProvider({ ...common, id: 'platform', name: 'Platform', publishes: { x: 'post' }, actions: { post: publish } }),
  hands: defineProvider({ ...common, id: 'hands', name: 'Hands', publishes: { alignable: 'post' }, actions: { post: byHand } }),
}

const worlds: QueueWorld[] = []
const folders: string[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A platform that takes posts and tells `state()` of them. */
function makeWorld(state: () => string | number, options: QueueWorldOptions = {}) {
  const world = createQueueWorld({ providers, ...options })
  worlds.push(world)
  world.answer((request) => {
    if (request.url.endsWith('/recent')) return Response.json([{ id: '7' }])
    if (request.url.endsWith('/publish')) return Response.json({ id: '7' })
    const told = state()
    return typeof told === 'number' ? new Response('{}', { status: told }) : Response.json({ state: told })
  })
  const published = () => world.requests.filter(({ url }) => url.endsWith('/publish')).length
  const order = async (input: Record<string, unknown> = { platform: 'x', text: 'Hello' }) => {
    const { row } = await world.system.enqueuer.enqueue(tenant, { kind: 'SOCIAL_POST', input }, operator)
    return row
  }
  return { world, published, order }
}

const settled = (row: { state: string }) => ['succeeded', 'failed', 'unknown', 'cancelled'].includes(row.state)

describe('what was accepted', () => {
  test('is asked after until it is live, without costing an attempt', async () => {
    let state = 'processing'
    const { world, published, order } = makeWorld(() => state)
    await world.system.runner.start()
    const job = await order()
    const waiting = await world.until(job.id, (row) => row.state === 'queued' && row.failure !== null)
    expect(waiting).toMatchObject({ attempts: 0, run_at: world.clock.now + 20_000 })
    state = 'live'
    world.clock.now = waiting.run_at
    world.system.runner.nudge()
    expect(await world.until(job.id, settled)).toMatchObject({ state: 'succeeded', result: '{"id":"7"}' })
    expect(published()).toBe(1)
  })

  test('is asked after though no further post may begin that day', async () => {
    let state = 'processing'
    const { world, order } = makeWorld(() => state)
    await world.system.runner.start()
    const job = await order()
    await order({ platform: 'x', text: 'Another' })
    const another = await order({ platform: 'x', text: 'One too many' })
    const waiting = await world.until(job.id, (row) => row.state === 'queued' && row.failure !== null)
    state = 'live'
    world.clock.now = waiting.run_at
    world.system.runner.nudge()
    expect(await world.until(job.id, settled)).toMatchObject({ state: 'succeeded' })
    expect(await world.until(another.id, (row) => row.waiting_for !== null)).toMatchObject({
      state: 'queued',
      waiting_for: 'limit: Posts of the account in a day',
    })
  })

  test('is not known to have failed when watching is refused; only a person orders it anew', async () => {
    const { world, published, order } = makeWorld(() => 401)
    await world.system.runner.start()
    const job = await order()
    expect(await world.until(job.id, settled)).toMatchObject({ state: 'unknown', failure_kind: 'unauthorized' })
    expect(published()).toBe(1)
    await world.system.steering.resolve(tenant, job.id, { outcome: 'send_again' }, operator)
    await world.until(job.id, (row) => settled(row) && row.generation > 1)
    expect(published()).toBe(2)
  })

  test('has failed when the platform itself says so', async () => {
    const { world, order } = makeWorld(() => 'refused')
    await world.system.runner.start()
    const job = await order()
    expect(await world.until(job.id, settled)).toMatchObject({ state: 'failed', failure_kind: 'rejected' })
  })

  test('is given up on after a day, as not known', async () => {
    const { world, published, order } = makeWorld(() => 'processing')
    await world.system.runner.start()
    const job = await order()
    await world.until(job.id, (row) => row.state === 'queued' && row.failure !== null)
    world.clock.now += spans.day + spans.minute
    world.system.runner.nudge()
    expect(await world.until(job.id, settled)).toMatchObject({ state: 'unknown' })
    expect(published()).toBe(1)
  })
})

test('a process that dies while it watches leaves the watching to the next', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-following-'))
  folders.push(folder)
  const file = join(folder, 'atlas.db')
  const first = makeWorld(() => 'live', { file, runnerId: 'first' })
  const silent = Promise.withResolvers<Response>()
  first.world.answer((request) => (request.url.endsWith('/publish') ? Response.json({ id: '7' }) : silent.promise))
  await first.world.system.runner.start()
  const job = await first.order()
  await first.world.until(job.id, () => first.world.requests.some(({ url }) => url.endsWith('/status')))
  first.world.database.sqlite.prepare(`UPDATE runners SET process_mark = 'another life' WHERE id = 'first'`).run()
  const second = makeWorld(() => 'live', { file, runnerId: 'second' })
  await second.world.system.runner.start()
  expect(await second.world.until(job.id, settled)).toMatchObject({ state: 'succeeded', result: '{"id":"7"}' })
  expect(first.published() + second.published()).toBe(1)
  silent.resolve(Response.json({ state: 'live' }))
})

describe('a provider’s review', () => {
  test('parks posts, and one word resumes them', async () => {
    let gate: string | undefined = 'Platform has not approved the app for this yet.'
    const { world, published, order } = makeWorld(() => 'live', { gate: () => gate })
    await world.system.runner.start()
    const job = await order()
    expect(await world.until(job.id, ({ state }) => state === 'waiting')).toMatchObject({
      reason: 'verification',
      waiting_for: gate,
    })
    expect(published()).toBe(0)
    gate = undefined
    expect(await world.system.wake(tenant, 'platform', { reason: 'verification', actor: operator })).toBe(1)
    expect(await world.until(job.id, settled)).toMatchObject({ state: 'succeeded' })
  })

  test('does not hold up an action that is ordered by its own name', async () => {
    const { world } = makeWorld(() => 'live', { gate: () => 'not approved' })
    await world.system.runner.start()
    const input = { provider: 'platform', action: 'post', input: { platform: 'x', text: 'Hello' } }
    const { row } = await world.system.enqueuer.enqueue(tenant, { kind: 'ACTION_RUN', input }, operator)
    expect(await world.until(row.id, settled)).toMatchObject({ state: 'succeeded' })
  })
})

describe('what a person does by hand', () => {
  test('waits for the operator with all that is needed, and is done by their word', async () => {
    const { world, order } = makeWorld(() => 'live')
    await world.system.runner.start()
    const job = await order({ platform: 'alignable', text: 'Hello neighbours' })
    const waiting = await world.until(job.id, ({ state }) => state === 'waiting')
    expect(waiting).toMatchObject({ reason: 'operator', attempts: 0 })
    expect(world.system.desk.help(waiting).assist).toMatchObject({ text: 'Hello neighbours', page: 'https://example.com/' })
    const word = { outcome: 'sent', url: 'https://www.alignable.com/p/1' } as const
    const done = await world.system.steering.resolve(tenant, job.id, word, operator)
    expect(done).toMatchObject({ state: 'succeeded', reason: null })
    expect(JSON.parse(done.result ?? '')).toEqual({ url: word.url, toldBy: 'test' })
    expect(world.audits().map(({ action }) => action)).toContain('job.resolved_sent')
  })

  test('cannot be said of what waits for a connection', async () => {
    const { world, order } = makeWorld(() => 'live')
    world.database.sqlite.prepare(`DELETE FROM connections WHERE provider = 'platform'`).run()
    await world.system.runner.start()
    const job = await order()
    expect(await world.until(job.id, ({ state }) => state === 'waiting')).toMatchObject({ reason: 'connection' })
    const word = world.system.steering.resolve(tenant, job.id, { outcome: 'sent' }, operator)
    await expect(word).rejects.toMatchObject({ failure: { kind: 'conflict' } })
  })
})

test('an order is priced without being ordered, and a doubtful one can be looked up', async () => {
  const { world, order } = makeWorld(() => 401)
  const checked = world.system.desk.check(tenant, { kind: 'SOCIAL_POST', input: { platform: 'x', text: 'Hello' } })
  expect(checked).toMatchObject({ provider: 'platform', action: 'post', cost: { microDollars: 15_000 } })
  expect(world.audits()).toEqual([])
  await world.system.runner.start()
  const job = await order()
  await world.until(job.id, settled)
  const { items } = await world.system.desk.lookup(tenant, job.id)
  expect(items).toMatchObject([{ id: '7', url: 'https://example.com/7' }])
})
