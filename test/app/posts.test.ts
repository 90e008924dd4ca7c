/** Posts as a person plans them: campaigns that are ordered whole, moved in the calendar, put into slots, read from files. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor, TenantEngine } from '../../electron/engine/engine.ts'
import { type RunningApp, runApp, settled } from './running-app.ts'

const operator: Actor = { kind: 'operator', id: 'operator' }
const soon = '2031-01-06T09:00:00.000Z'
const later = '2031-01-07T10:30:00.000Z'

let running: RunningApp
let demo: TenantEngine
beforeAll(async () => {
  running = await runApp()
  demo = running.app.engine.forTenant('demo')
})
afterAll(() => running.stop())

const jobCount = async () => (await demo.jobs.count({ kind: 'SOCIAL_POST' }, operator)).count
const refusal = async (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { failure: { kind: string; message: string; fields?: { path: string; message: string }[] } }) => error.failure,
  )

test('one text goes to several platforms as one campaign, and a repeated request is the same one', async () => {
  const order = {
    key: 'launch',
    text: 'We open on Monday',
    variants: [
      { platform: 'x' as const },
      { platform: 'linkedin' as const, text: 'We are pleased to open on Monday' },
      { platform: 'alignable' as const },
    ],
    runAt: soon,
    timeZone: 'Europe/Berlin',
  }
  const first = await demo.posts.create(order, operator)
  expect(first.status).toBe(201)
  expect(first.body).toMatchObject({ state: 'scheduled', summary: '0 of 3 live, 3 scheduled', title: 'We open on Monday' })
  expect(first.body.posts.map(({ platform, excerpt, runAt }) => [platform, excerpt, runAt])).toEqual([
    ['x', 'We open on Monday', soon],
    ['linkedin', 'We are pleased to open on Monday', soon],
    ['alignable', 'We open on Monday', soon],
  ])
  const before = await jobCount()
  const again = await demo.posts.create(order, operator)
  expect(again.status).toBe(200)
  expect(again.body.id).toBe(first.body.id)
  expect(await jobCount()).toBe(before)
  expect(await refusal(demo.posts.create({ ...order, text: 'Another' }, operator))).toMatchObject({ kind: 'conflict' })
  const listed = await demo.posts.list({ limit: 5 }, operator)
  expect(listed.items.map(({ id }) => id)).toContain(first.body.id)
})

test('the same key asked for at the same moment makes one campaign', async () => {
  const order = { key: 'twice', text: 'Only once', variants: [{ platform: 'x' as const }], runAt: soon }
  const asked = await Promise.all([demo.posts.create(order, operator), demo.posts.create(order, operator)])
  expect(asked.map(({ status }) => status).toSorted()).toEqual([200, 201])
  expect(new Set(asked.map(({ body }) => body.id)).size).toBe(1)
})

test('one refused variant orders nothing, and every refusal names its platform and field', async () => {
  const before = await jobCount()
  const failure = await refusal(
    demo.posts.create(
      {
        text: 'x'.repeat(300),
        variants: [
          { platform: 'linkedin' },
          { platform: 'x' },
          { platform: 'pinterest', fields: { boardId: 'none' } },
          { platform: 'threads', agent: 'nobody' },
        ],
      },
      operator,
    ),
  )
  expect(failure?.kind).toBe('invalid')
  expect(failure?.message).toContain('X: text is 300 long')
  expect(failure?.message).toContain('Pinterest: fields.boardId')
  expect(failure?.message).toContain('Threads: agent is not an agent')
  expect(failure?.fields?.map(({ path }) => path)).toEqual(['variants.1.text', 'variants.2.fields.boardId', 'variants.3.agent'])
  expect(await jobCount()).toBe(before)
})

test('a time that has passed, and the same post twice, are refused', async () => {
  const past = await refusal(
    demo.posts.create({ text: 'Late', variants: [{ platform: 'x' }], runAt: '2020-01-01T00:00:00Z' }, operator),
  )
  expect(past).toMatchObject({ kind: 'invalid', fields: [{ path: 'runAt' }] })
  const twice = await refusal(demo.posts.create({ text: 'Twice', variants: [{ platform: 'x' }, { platform: 'x' }] }, operator))
  const media = [{ file: 'gone' }]
  const gone = await refusal(demo.posts.create({ text: 'With a picture', media, variants: [{ platform: 'x' }] }, operator))
  expect(gone?.message).toBe('Nothing was ordered. X: media is not in the media tray.')
  expect(twice?.message).toContain('X: It is the same post as variants.0')
})

const fault = (provider: string, name: string, active: boolean) =>
  demo.sandbox.setFault({ provider, fault: name, active }, operator)
const end = (id: string | undefined) => settled(running, id ?? '')

test('partial success is said as such: what failed is retried, what nobody knows of is left alone', async () => {
  await fault('x', 'forbidden', true)
  await fault('linkedin', 'reset_after_receipt', true)
  const variants = [
    { platform: 'tumblr' as const },
    { platform: 'x' as const },
    { platform: 'linkedin' as const, text: 'Some of it works out' },
  ]
  const { body } = await demo.posts.create({ text: 'Some of it works', variants }, operator)
  for (const { id } of body.posts) await end(id)
  await fault('x', 'forbidden', false)
  await fault('linkedin', 'reset_after_receipt', false)
  expect(await demo.posts.get({ id: body.id }, operator)).toMatchObject({
    state: 'unknown',
    summary: '1 of 3 live, 1 failed, 1 unknown',
  })
  const retried = await demo.posts.retryFailed({ id: body.id }, operator)
  await end(body.posts[1]?.id)
  expect(retried.posts.map(({ state }) => state)).toEqual(['succeeded', expect.stringMatching(/queued|running/), 'unknown'])
  const after = await demo.posts.get({ id: body.id }, operator)
  expect(after.summary).toBe('2 of 3 live, 1 unknown')
  expect((await demo.jobs.get({ id: body.posts[2]?.id ?? '' }, operator)).history).toHaveLength(1)
  expect(await refusal(demo.posts.retryFailed({ id: body.id }, operator))).toMatchObject({ kind: 'conflict' })
})

test('what has not begun of a campaign is cancelled at once, and what went out stays', async () => {
  const variants = [{ platform: 'x' as const }, { platform: 'alignable' as const }]
  const live = await demo.posts.create({ text: 'Called off', variants }, operator)
  await end(live.body.posts[0]?.id)
  await expect.poll(async () => (await demo.posts.get({ id: live.body.id }, operator)).posts[1]?.state).toBe('waiting')
  const cancelled = await demo.posts.cancelOpen({ id: live.body.id }, operator)
  expect(cancelled).toMatchObject({ state: 'partly_live', summary: '1 of 2 live, 1 cancelled' })
  expect(await refusal(demo.posts.cancelOpen({ id: live.body.id }, operator))).toMatchObject({ kind: 'conflict' })
})

test('a scheduled post moves in the calendar, told in the audit log; what is stale, past or begun does not', async () => {
  const { body } = await demo.posts.create({ text: 'Moves', variants: [{ platform: 'x' }], runAt: soon }, operator)
  const id = body.posts[0]?.id ?? ''
  const shown = async (from: string, to: string) =>
    (await demo.posts.calendar({ from, to }, operator)).items.filter((post) => post.id === id)
  expect(await shown('2031-01-06T00:00:00Z', '2031-01-07T00:00:00Z')).toMatchObject([{ at: soon, state: 'queued' }])
  const moved = await demo.posts.move({ id, runAt: later, was: soon }, operator)
  expect(moved).toMatchObject({ at: later, runAt: later, dueAt: later })
  expect(await shown('2031-01-06T00:00:00Z', '2031-01-07T00:00:00Z')).toEqual([])
  expect(await shown('2031-01-07T00:00:00Z', '2031-01-08T00:00:00Z')).toHaveLength(1)
  const events = await demo.audit.list({ target: id, action: 'post.moved' }, operator)
  expect(events.items.map(({ detail }) => detail)).toEqual([{ from: soon, to: later }])

  expect(await refusal(demo.posts.move({ id, runAt: soon, was: soon }, operator))).toMatchObject({
    kind: 'conflict',
    message: expect.stringContaining(later),
  })
  expect(await refusal(demo.posts.move({ id, runAt: '2020-01-01T00:00:00Z', was: later }, operator))).toMatchObject({
    kind: 'invalid',
    fields: [{ path: 'runAt' }],
  })
  const live = await demo.posts.create({ text: 'Goes out now', variants: [{ platform: 'x' }] }, operator)
  const liveId = live.body.posts[0]?.id ?? ''
  await end(liveId)
  const [post] = (await demo.posts.get({ id: live.body.id }, operator)).posts
  expect(await refusal(demo.posts.move({ id: liveId, runAt: later, was: post?.runAt ?? '' }, operator))).toMatchObject({
    kind: 'conflict',
    message: 'The post cannot be moved. It is live.',
  })
  const mail = await demo.jobs.list({ kind: 'EMAIL_SEND' }, operator)
  expect(await refusal(demo.posts.move({ id: mail.items[0]?.id ?? '', runAt: later, was: soon }, operator))).toMatchObject({
    kind: 'not_found',
  })
})

test('a calendar shows 62 days at most, and nothing of another tenant', async () => {
  expect(
    await refusal(demo.posts.calendar({ from: '2031-01-01T00:00:00Z', to: '2031-03-05T00:00:00Z' }, operator)),
  ).toMatchObject({ kind: 'invalid', fields: [{ path: 'to' }] })
  const other = await running.app.engine.installation.tenants.create({ name: 'Other' }, operator)
  const theirs = running.app.engine.forTenant(other.id)
  const span = { from: '2031-01-01T00:00:00Z', to: '2031-02-01T00:00:00Z' }
  expect((await demo.posts.calendar(span, operator)).items.length).toBeGreaterThan(0)
  expect(await theirs.posts.calendar(span, operator)).toEqual({ items: [], cut: false })
  const [mine] = (await demo.posts.list({ limit: 1 }, operator)).items
  expect(await refusal(theirs.posts.get({ id: mine?.id ?? '' }, operator))).toMatchObject({ kind: 'not_found' })
  const [post] = (await demo.posts.get({ id: mine?.id ?? '' }, operator)).posts
  const move = { id: post?.id ?? '', runAt: later, was: post?.runAt ?? '' }
  expect(await refusal(theirs.posts.move(move, operator))).toMatchObject({ kind: 'not_found' })
})

test('posts in a queue take the next free slot of their agent, never the same one', async () => {
  expect(await demo.posts.nextSlot({ agent: 'kelly' }, operator)).toEqual({ runAt: null, timeZone: null })
  const slots = [
    { weekday: 4, clock: '09:30' },
    { weekday: 1, clock: '18:00' },
    { weekday: 4, clock: '09:30' },
  ]
  const set = await demo.posts.setSlots({ agent: 'kelly', timeZone: 'Europe/Berlin', slots }, operator)
  expect(set.slots).toEqual([
    { weekday: 1, clock: '18:00' },
    { weekday: 4, clock: '09:30' },
  ])
  const queue = (text: string) =>
    demo.posts.create(
      { text, queue: true, agent: 'kelly', variants: [{ platform: 'x' }, { platform: 'threads', text: `${text}!` }] },
      operator,
    )
  const next = await demo.posts.nextSlot({ agent: 'kelly' }, operator)
  const ordered = await Promise.all([queue('One'), queue('Two'), queue('Three')])
  const times = ordered.map(({ body }) => body.posts.map(({ runAt }) => runAt))
  for (const [x, threads] of times) expect(x).toBe(threads)
  expect(times[0]?.[0]).toBe(next.runAt)
  expect(new Set(times.map(([x]) => x)).size).toBe(3)
  await demo.jobs.cancel({ id: ordered[0]?.body.posts[0]?.id ?? '' }, operator)
  expect((await demo.posts.nextSlot({ agent: 'kelly' }, operator)).runAt).not.toBe(next.runAt)
  await demo.jobs.cancel({ id: ordered[0]?.body.posts[1]?.id ?? '' }, operator)
  expect((await demo.posts.nextSlot({ agent: 'kelly' }, operator)).runAt).toBe(next.runAt)
  const none = await refusal(
    demo.posts.create({ text: 'No', queue: true, agent: 'fran', variants: [{ platform: 'x' }] }, operator),
  )
  expect(none?.message).toContain('fran has no weekly slots')
})

const berlin = 'Europe/Berlin'

test('a file is looked through row by row, and one refused row keeps all of it out', async () => {
  const csv = [
    'Platform,Text,Run at,Time zone,Agent,Title,Subreddit',
    'x,"Good morning, all",2031-03-10 09:00,,kelly,,',
    'LinkedIn,Twice,2030-10-27 02:30,Europe/Berlin,,,',
    'x,Skipped,2031-03-30T02:30,,,,',
    'myspace,Hello,2031-03-10 09:00,,,,',
    'reddit,Body,2031-03-10 09:00,,nobody,A title,r/test',
    'x,"Good morning, all",2031-03-10 09:00,,kelly,,',
    'x,Past,2020-01-01 09:00,,,,',
    `x,${'y'.repeat(281)},,,,,`,
  ].join('\n')
  const before = await jobCount()
  const file = { filename: 'posts.csv', csv, timeZone: berlin }
  const looked = await demo.posts.checkImport(file, operator)
  expect(looked.refused).toBe(7)
  const verdict = (line: number) => looked.rows.find((row) => row.line === line)?.verdict
  expect(verdict(2)).toBe('Goes out on X on 2031-03-10 at 09:00 (Europe/Berlin), 08:00 UTC.')
  expect(verdict(3)).toContain('comes twice in Europe/Berlin')
  expect(verdict(3)).toContain('2030-10-27T02:30:00+02:00 or 2030-10-27T02:30:00+01:00')
  expect(verdict(4)).toContain('does not exist in Europe/Berlin')
  expect(verdict(5)).toContain('platform "myspace" is none of')
  expect(verdict(6)).toContain('agent is not an agent')
  expect(verdict(7)).toContain('same post at the same time as line 2')
  expect(verdict(8)).toContain('has passed')
  expect(verdict(9)).toContain('text is 281 long')
  expect(await refusal(demo.posts.importFile(file, operator))).toMatchObject({
    kind: 'invalid',
    message: expect.stringContaining('Nothing was ordered: 7 of 8 rows are refused'),
  })
  expect(await jobCount()).toBe(before)
})

test('the same file twice is imported once', async () => {
  const csv = 'platform;text;runAt;title;subreddit\nx;Imported;2031-05-01T08:00:00Z;;\nreddit;;2031-05-01 08:00;Ask us;test\n'
  const file = { filename: 'may.csv', csv, timeZone: berlin }
  const first = await demo.posts.importFile(file, operator)
  expect(first.status).toBe(201)
  expect(first.body).toMatchObject({ source: 'import', title: 'may.csv', summary: '0 of 2 live, 2 scheduled' })
  expect(first.body.posts.map(({ runAt }) => runAt)).toEqual(['2031-05-01T08:00:00.000Z', '2031-05-01T06:00:00.000Z'])
  const before = await jobCount()
  const again = await demo.posts.importFile({ ...file, filename: 'again.csv' }, operator)
  expect(again.status).toBe(200)
  expect(again.body.id).toBe(first.body.id)
  expect(await jobCount()).toBe(before)
  expect((await demo.posts.checkImport(file, operator)).campaign).toBe(first.body.id)
})

test.each([
  ['platform,text', 'holds no post'],
  ['when,what\nx,y', 'names no column "platform"'],
  ['platform,text,text\nx,y,z', 'one twice'],
  ['platform,text\nx,"open', 'no CSV'],
  ['platform,text\nx', 'no CSV'],
  [`platform,text\n${'x,y\n'.repeat(501)}`, '500 go at once'],
])('a file that cannot be read is refused in words: %#', async (csv, told) => {
  const failure = await refusal(demo.posts.checkImport({ filename: 'a.csv', csv, timeZone: 'UTC' }, operator))
  expect(failure?.kind).toBe('invalid')
  expect(failure?.message).toContain(told)
})

test('REST answers 201, then 200 for the same key, and names what is refused', async () => {
  const body = { key: 'rest', text: 'Over REST', variants: [{ platform: 'x' }], runAt: soon }
  expect((await running.ask('POST', '/v1/posts', { body })).status).toBe(201)
  expect((await running.ask('POST', '/v1/posts', { body })).status).toBe(200)
  const calendar = await running.ask('GET', `/v1/posts/calendar?from=2031-01-06T00:00:00Z&to=2031-01-07T00:00:00Z`)
  expect(calendar.status).toBe(200)
  const refused = await running.ask('POST', '/v1/posts', { body: { text: 'a', variants: [{ platform: 'x' }], queue: true } })
  expect(refused.status).toBe(400)
})

test('a post that an agent wrote is a draft in the calendar, and leads to its approval', async () => {
  await demo.agents.update({ id: 'kelly', tools: [{ tool: 'SOCIAL_POST/x', autonomy: 'ask', perDay: null }] }, operator)
  const instruction = ['Do the work.', 'script:', 'call SOCIAL_POST-x {"text":"A draft of mine"}', 'say Written.'].join('\n')
  await demo.agents.run({ id: 'kelly', instruction }, operator)
  const span = { from: new Date(Date.now() - 86_400_000).toISOString(), to: new Date(Date.now() + 86_400_000).toISOString() }
  const draft = async () => (await demo.posts.calendar(span, operator)).items.find(({ excerpt }) => excerpt === 'A draft of mine')
  await expect.poll(async () => (await draft())?.approval).toBeDefined()
  const post = await draft()
  expect(post).toMatchObject({ state: 'waiting', reason: 'approval', agent: 'kelly', fixed: expect.stringContaining('draft') })
  expect(await refusal(demo.posts.move({ id: post?.id ?? '', runAt: later, was: post?.runAt ?? '' }, operator))).toMatchObject({
    kind: 'conflict',
  })
  await demo.approvals.decide({ id: post?.approval ?? '', decision: 'approve' }, operator)
  expect(await end(post?.id)).toMatchObject({ state: 'succeeded' })
  expect((await draft())?.approval).toBeUndefined()
})
