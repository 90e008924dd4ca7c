import { afterEach, expect, test } from 'vitest'
import { createQueueWorld, operator, pretendedProvider, type QueueWorld, type QueueWorldOptions, tenant } from './queue-world.ts'

const worlds: QueueWorld[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop()
})

function makeWorld(options?: QueueWorldOptions): QueueWorld {
  const world = createQueueWorld(options)
  worlds.push(world)
  return world
}

const settled = (row: { state: string }) => ['succeeded', 'failed', 'unknown', 'cancelled'].includes(row.state)

test('a job ends with the id its provider gave, one attempt, and its whole way in the audit log', async () => {
  const world = makeWorld()
  await world.system.runner.start()
  const job = await world.send()
  const done = await world.until(job.id, settled)
  expect(done).toMatchObject({ state: 'succeeded', attempts: 1, result: '{"messageId":"1"}' })
  expect(world.audits().map((event) => event.action)).toEqual(['job.queued', 'job.started', 'job.succeeded'])
})

test('a double click with one key is one job and one message', async () => {
  const world = makeWorld()
  await world.system.runner.start()
  const [first, second] = await Promise.all([world.send({ key: 'k' }), world.send({ key: 'k' })])
  expect(second.id).toBe(first.id)
  await world.until(first.id, settled)
  expect(world.requests).toHaveLength(1)
  await expect(world.send({ key: 'k', text: 'other' })).rejects.toMatchObject({ failure: { kind: 'conflict' } })
})

test('a lost answer of an unsafe send is unknown and is never sent again by itself', async () => {
  const world = makeWorld()
  world.answer(() =>
    Promise.reject(
      Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) }),
    ),
  )
  await world.system.runner.start()
  const job = await world.send()
  const lost = await world.until(job.id, settled)
  expect(lost).toMatchObject({ state: 'unknown', failure_kind: 'unknown' })
  world.clock.now += 3_600_000
  world.system.runner.nudge()
  await expect(world.system.steering.retry(tenant, job.id, operator)).rejects.toMatchObject({ failure: { kind: 'conflict' } })
  expect(world.requests).toHaveLength(1)
  const resolved = await world.system.steering.resolve(tenant, job.id, { outcome: 'sent', note: 'seen in the chat' }, operator)
  expect(resolved.state).toBe('succeeded')
})

test('a connection that was refused was certainly not sent: it is tried again and counts as an attempt', async () => {
  const world = makeWorld()
  world.answer(() =>
    Promise.reject(
      Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) }),
    ),
  )
  await world.system.runner.start()
  const job = await world.send()
  const waiting = await world.until(job.id, (row) => row.state === 'queued' && row.attempts === 1)
  expect(waiting.run_at).toBeGreaterThan(world.clock.now)
  world.answer(() => Response.json({ messageId: '2' }))
  world.clock.now = waiting.run_at
  world.system.runner.nudge()
  expect(await world.until(job.id, settled)).toMatchObject({ state: 'succeeded', attempts: 2 })
})

test('Retry-After is obeyed to the second and costs no attempt', async () => {
  const world = makeWorld()
  world.answer(() => new Response('{}', { status: 429, headers: { 'retry-after': '37' } }))
  await world.system.runner.start()
  const job = await world.send()
  const waiting = await world.until(job.id, (row) => row.failure_kind === 'rate_limited')
  expect(waiting).toMatchObject({ state: 'queued', attempts: 0, run_at: world.clock.now + 37_000 })
})

test('a bucket that is full keeps its jobs queued, lays them out in time, and lets others through', async () => {
  const limits = [
    { bucket: 'bot', title: 'one a second', count: 1, perMs: 1_000, burst: 1, source: 'https://example.com' as const },
  ]
  const world = makeWorld({ limits })
  const jobs = await Promise.all([world.send(), world.send(), world.send()])
  await world.system.runner.start()
  const first = jobs[0]
  if (!first) throw new Error('no job')
  await world.until(first.id, settled)
  const [second, third] = await Promise.all(jobs.slice(1).map((job) => world.until(job.id, (row) => row.waiting_for !== null)))
  expect([second?.run_at, third?.run_at].map((at) => (at ?? 0) - world.clock.now).sort()).toEqual([1_000, 2_000])
  expect(second).toMatchObject({ state: 'queued', attempts: 0, waiting_for: 'limit: one a second' })
})

test('a limit met after the clock went back puts off by its own measure, not until the time that was', async () => {
  const limits = [{ bucket: 'all', title: 'one a minute', count: 1, perMs: 60_000, source: 'https://example.com' as const }]
  const world = makeWorld({ limits })
  await world.system.runner.start()
  const put = async () => {
    const jobs = await Promise.all([world.send(), world.send(), world.send()])
    for (const { id } of jobs) await world.until(id, ({ state, waiting_for }) => state === 'succeeded' || waiting_for !== null)
    return jobs.map(({ id }) => world.system.finder.one(tenant, id).run_at)
  }
  await put()
  world.clock.now -= 31_536_000_000
  expect(Math.max(...(await put()))).toBeLessThanOrEqual(world.clock.now + 600_000)
})

test('a higher priority goes first', async () => {
  const world = makeWorld({ concurrency: 1 })
  const low = await world.send({ text: 'low', priority: -5 })
  const high = await world.send({ text: 'high', priority: 5 })
  await world.system.runner.start()
  await Promise.all([world.until(low.id, settled), world.until(high.id, settled)])
  const texts = await Promise.all(world.requests.map((request) => request.json()))
  expect(texts).toEqual([{ text: 'high' }, { text: 'low' }])
})

test('a paused tenant sends nothing and goes on when resumed', async () => {
  const world = makeWorld()
  await world.system.pauses.set(tenant, { scope: 'tenant', paused: true }, operator)
  await world.system.runner.start()
  const job = await world.send()
  const held = await world.until(job.id, (row) => row.waiting_for !== null)
  expect(held).toMatchObject({ state: 'queued', waiting_for: 'paused: tenant, by test' })
  expect(world.requests).toHaveLength(0)
  await world.system.pauses.set(tenant, { scope: 'tenant', paused: false }, operator)
  await world.until(job.id, settled)
  expect(world.requests).toHaveLength(1)
})

test('cancelling what was sent and not answered does not pretend that it was stopped', async () => {
  const world = makeWorld()
  world.answer(
    (request) => new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason))),
  )
  await world.system.runner.start()
  const job = await world.send()
  await world.until(job.id, (row) => row.state === 'running' && world.requests.length === 1)
  await world.system.steering.cancel(tenant, job.id, operator)
  expect(await world.until(job.id, settled)).toMatchObject({ state: 'unknown' })
})

test('a late settle of a run that was taken over changes nothing', async () => {
  const world = makeWorld()
  let release: (response: Response) => void = () => undefined
  world.answer(() => new Promise((resolve) => (release = resolve)))
  await world.system.runner.start()
  const job = await world.send()
  await world.until(job.id, () => world.requests.length === 1)
  world.database.sqlite.prepare('UPDATE jobs SET generation = generation + 1 WHERE id = ?').run(job.id)
  release(Response.json({ messageId: '9' }))
  await world.system.runner.stop(1_000)
  expect(world.system.finder.one(tenant, job.id)).toMatchObject({ state: 'running', result: null })
})

test('an answer that cannot be read after an accepted send is unknown, since it did go out', async () => {
  const world = makeWorld()
  world.answer(() => new Response('<html>', { status: 200 }))
  await world.system.runner.start()
  const job = await world.send()
  expect(await world.until(job.id, settled)).toMatchObject({ state: 'unknown' })
})

test('a bulk retry touches what matched, and tells what it skipped', async () => {
  const world = makeWorld()
  world.answer(() => new Response('{"message":"no such chat"}', { status: 400 }))
  await world.system.runner.start()
  const jobs = await Promise.all([world.send(), world.send(), world.send()])
  for (const job of jobs) await world.until(job.id, (row) => row.state === 'failed')
  world.answer(() => Response.json({ messageId: '3' }))
  const { row } = await world.system.enqueuer.enqueue(
    tenant,
    { kind: 'JOBS_BULK', input: { filter: { state: 'failed' }, verb: 'retry' } },
    operator,
  )
  const bulk = await world.until(row.id, settled)
  expect(JSON.parse(bulk.result ?? '{}')).toMatchObject({ matched: 3, done: 3, skipped: [] })
  for (const job of jobs) await world.until(job.id, (row) => row.state === 'succeeded')
})

test('a provider that throttles two narrow buckets at once is taken to mean the wide one', async () => {
  const source = 'https://example.com' as const
  const limits = [
    { bucket: 'bot', title: 'bot', count: 1_000, perMs: 1_000, source },
    { bucket: 'chat', title: 'chat', count: 1_000, perMs: 1_000, source },
  ]
  const world = makeWorld({ limits, bucketsOf: (chatId) => ['bot', `chat:${chatId}`] })
  world.answer(() => new Response('{}', { status: 429, headers: { 'retry-after': '30' } }))
  await world.system.runner.start()
  for (const chatId of ['1', '2']) {
    const job = await world.send({ chatId })
    await world.until(job.id, (row) => row.failure_kind === 'rate_limited')
  }
  const third = await world.send({ chatId: '3' })
  expect(await world.until(third.id, (row) => row.waiting_for !== null)).toMatchObject({
    attempts: 0,
    waiting_for: 'limit: Pretended asked to wait',
  })
  expect(world.requests).toHaveLength(2)
})

test('the counts of states are those of the jobs, whatever happened to them', async () => {
  const world = makeWorld()
  world.answer(async (request) => {
    const { text } = (await request.json()) as { text: string }
    return text === 'refused' ? new Response('no', { status: 400 }) : Response.json({ messageId: '1' })
  })
  const jobs = await Promise.all(['sent', 'refused', 'cancelled', 'later'].map((text) => world.send({ text })))
  const [sent, refused, cancelled] = jobs.map(({ id }) => id) as [string, string, string]
  await world.send({ runAt: '2099-01-01T00:00:00Z' })
  await world.system.steering.cancel(tenant, cancelled, operator)
  await world.system.runner.start()
  for (const id of [sent, refused]) await world.until(id, settled)
  await world.system.steering.retry(tenant, refused, operator)
  await world.until(refused, settled)
  const { sqlite } = world.database
  const counted = sqlite.prepare('SELECT state, count(*) AS count FROM jobs GROUP BY state ORDER BY state').all()
  expect(
    sqlite.prepare('SELECT state, sum(count) AS count FROM job_counts WHERE count <> 0 GROUP BY state ORDER BY state').all(),
  ).toEqual(counted)
})

test('a long queue of one provider keeps no other waiting', async () => {
  const world = makeWorld({ concurrency: 20, providers: { slack: { ...pretendedProvider({}), id: 'slack', serves: {} } } })
  world.answer(() => new Promise(() => undefined))
  await Promise.all(Array.from({ length: 3_000 }, () => world.send()))
  const input = { provider: 'slack', action: 'message.send', input: { chatId: '1', text: 'hello' } }
  const { row } = await world.system.enqueuer.enqueue(tenant, { kind: 'ACTION_RUN', input }, operator)
  await world.system.runner.start()
  expect((await world.until(row.id, ({ state }) => state !== 'queued')).state).toBe('running')
})

test('a send whose answer could not be recorded at first is recorded once it can be, and never sent again', async () => {
  const world = makeWorld()
  const { sqlite } = world.database
  let refusals = 0
  const record = world.system.settler.succeed
  world.system.settler.succeed = (...order) => {
    refusals += 1
    // As with a ballast: the first write fails for want of room, and gives the room to the second.
    if (refusals === 1) sqlite.pragma('query_only = ON')
    return record(...order).finally(() => sqlite.pragma('query_only = OFF'))
  }
  await world.system.runner.start()
  const job = await world.send()
  expect(await world.until(job.id, settled)).toMatchObject({ state: 'succeeded', attempts: 1, result: '{"messageId":"1"}' })
  expect(refusals).toBe(2)
  expect(world.requests).toHaveLength(1)
})
