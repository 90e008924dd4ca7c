import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, expect, test } from 'vitest'
import type { JobFilter } from '#shared/contract/jobs'
import { migrate } from '../database/migrate.ts'
import { migrations } from '../database/migrations.ts'
import { createQueueWorld, operator, type QueueWorld, tenant } from './queue-world.ts'

let world: QueueWorld | undefined

afterEach(async () => {
  await world?.stop()
  world = undefined
})

/** Jobs as they lie in the table; states and agents in turn. */
function fill({ database: { sqlite } }: QueueWorld, count: number): void {
  sqlite
    .prepare(
      `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
       INSERT INTO jobs (id, tenant_id, kind, state, agent, provider, subject, input, max_attempts, due_at, run_at, created_at, failure_kind)
       SELECT printf('job-%07d', n), CASE n % 4 WHEN 0 THEN 'another' ELSE '${tenant}' END, CASE n % 3 WHEN 0 THEN 'SLACK_SEND' ELSE 'TELEGRAM_SEND' END,
         CASE n % 5 WHEN 0 THEN 'failed' WHEN 1 THEN 'queued' ELSE 'succeeded' END, CASE n WHEN 3 THEN 'kelly' END, 'telegram',
         CASE n WHEN 2 THEN 'a needle' ELSE 'hay' END, '{}', 5, n, n, n, CASE n WHEN 5 THEN 'rejected' END FROM numbers`,
    )
    .run(count)
  sqlite.exec(
    `DELETE FROM job_counts; INSERT INTO job_counts
     SELECT tenant_id, kind, provider, ifnull(agent, ''), state, count(*), 0 FROM jobs GROUP BY 1, 2, 3, 4, 5`,
  )
}

/** Page after page to the end. */
async function listAll(filter: JobFilter, limit: number): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await (world as QueueWorld).system.finder.list(tenant, filter, { cursor, limit })
    found.push(...page.rows.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return found
}

test.each<JobFilter>([
  {},
  { state: 'failed' },
  { kind: 'SLACK_SEND' },
  { kind: 'SLACK_SEND', state: 'queued' },
  { provider: 'telegram' },
  { agent: 'nobody' },
])('pages of $0 list each job of the tenant once, the last ordered first', async (filter) => {
  world = createQueueWorld()
  fill(world, 100)
  const where = Object.keys(filter).map((name) => `AND ${name} = @${name}`)
  const all = world.database.sqlite
    .prepare(`SELECT id FROM jobs WHERE tenant_id = '${tenant}' ${where.join(' ')} ORDER BY id DESC`)
    .pluck()
    .all(filter) as string[]
  expect(await listAll(filter, 7)).toEqual(all)
  expect(await world.system.finder.count(tenant, filter)).toBe(all.length)
})

test.each<[JobFilter, string]>([
  [{ text: 'needle' }, 'job-0000002'],
  [{ text: 'job-0000006' }, 'job-0000006'],
  [{ agent: 'kelly' }, 'job-0000003'],
  [{ failure: 'rejected' }, 'job-0000005'],
])('%j is found among very many, and others have their turn meanwhile', async (filter, id) => {
  world = createQueueWorld()
  fill(world, 50_000)
  let turns = 0
  const countTurns = () => {
    turns += 1
    turning = setImmediate(countTurns)
  }
  let turning = setImmediate(countTurns)
  expect(await listAll(filter, 50)).toEqual([id])
  expect(await world.system.finder.count(tenant, filter)).toBe(1)
  clearImmediate(turning)
  expect(turns).toBeGreaterThan(1)
})

test('a cursor that was not given out, or belongs to another tenant, is refused', async () => {
  world = createQueueWorld()
  fill(world, 10)
  const { finder } = world.system
  for (const cursor of ['nonsense', 'job-0000004'])
    await expect(finder.list(tenant, {}, { cursor, limit: 5 })).rejects.toMatchObject({ failure: { kind: 'invalid' } })
})

test('jobs and attempts of a database from before are counted when it is upgraded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-find-'))
  const file = join(folder, 'atlas.db')
  const sqlite = new Sqlite(file)
  const before = migrations.findIndex(({ name }) => name === '0014-narrow')
  for (const { sql } of migrations.slice(0, before)) sqlite.exec(sql)
  sqlite.pragma(`user_version = ${before}`)
  const insert = sqlite.prepare(
    `INSERT INTO jobs (id, tenant_id, kind, state, agent, provider, subject, input, max_attempts, due_at, run_at, created_at, finished_at)
     VALUES (?, 'one', 'TELEGRAM_SEND', ?, ?, ?, 'A message', '{}', 5, 1, 1, ?, ?)`,
  )
  insert.run('a', 'succeeded', 'kelly', 'telegram', 1, 7)
  insert.run('b', 'succeeded', 'kelly', 'telegram', 2, 9)
  insert.run('c', 'queued', null, null, 3, null)
  const attempt = sqlite.prepare(
    `INSERT INTO attempts (job_id, number, tenant_id, runner, due_at, started_at, finished_at, outcome) VALUES (?, ?, 'one', 'r', 1, 1, ?, ?)`,
  )
  attempt.run('a', 1, 59_000, 'retried')
  attempt.run('a', 2, 61_000, 'succeeded')
  attempt.run('b', 1, 119_000, 'succeeded')
  migrate(sqlite, file)
  expect(sqlite.prepare('SELECT minute, outcome, count FROM attempt_minutes').all()).toEqual([
    { minute: 0, outcome: 'retried', count: 1 },
    { minute: 1, outcome: 'succeeded', count: 2 },
  ])
  expect(sqlite.prepare('SELECT provider, agent, state, count, last_at FROM job_counts').all()).toEqual([
    { provider: '', agent: '', state: 'queued', count: 1, last_at: 3 },
    { provider: 'telegram', agent: 'kelly', state: 'succeeded', count: 2, last_at: 9 },
  ])
  sqlite.close()
  rmSync(folder, { recursive: true })
})

test('counts follow a job through all that becomes of it', async () => {
  world = createQueueWorld()
  const { enqueuer, finder, steering, runner } = world.system
  const counted = (filter: JobFilter) => finder.count(tenant, filter)
  const order = { kind: 'TELEGRAM_SEND', input: { chatId: '1', text: 'hello' }, agent: 'kelly' } as const
  const { row: job } = await enqueuer.enqueue(tenant, order, operator)
  expect([await counted({ state: 'queued', agent: 'kelly' }), await counted({ agent: 'donna' })]).toEqual([1, 0])
  world.answer(() => new Response('no', { status: 400 }))
  await runner.start()
  await world.until(job.id, ({ state }) => state === 'failed')
  expect([await counted({ state: 'queued' }), await counted({ state: 'failed', provider: 'telegram' })]).toEqual([0, 1])
  world.answer(() => Response.json({ messageId: '1' }))
  await steering.retry(tenant, job.id, operator)
  await world.until(job.id, ({ state }) => state === 'succeeded')
  expect([await counted({ state: 'failed' }), await counted({ state: 'succeeded' }), await counted({})]).toEqual([0, 1, 1])
})
