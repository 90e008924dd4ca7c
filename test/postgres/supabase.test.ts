import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSql } from '../../electron/engine/sql/open-sql.ts'
import { makeCall } from '../../electron/kit/make-call.ts'
import { supabase } from '../../electron/providers/supabase/manifest.ts'
import { AppError, type Failure } from '../../shared/failure.ts'
import { password, type RunningPostgres, startPostgres, user } from './running-postgres.ts'

let running: RunningPostgres
beforeAll(async () => {
  running = await startPostgres()
  const client = new pg.Client(running.url('direct'))
  await client.connect()
  await client.query('CREATE TABLE cases (id int PRIMARY KEY, title text, at timestamptz, raw bytea)')
  await client.query("INSERT INTO cases SELECT n, 'Case ' || n, '2026-01-01T00:00:00Z', '\\x00ff' FROM generate_series(1, 500) n")
  await client.end()
})
afterAll(() => running.stop())

type Urls = { databaseUrl?: string; directUrl?: string }

async function run(action: 'database.query' | 'database.check', input: object, urls: Urls): Promise<never> {
  const credential = { serviceRoleKey: 'sb_secret_of_the_tests_only', ...urls }
  const signal = new AbortController().signal
  const { call } = makeCall({
    provider: supabase,
    credential,
    settings: supabase.settings.parse({}) as unknown as Record<string, unknown>,
    repeat: 'safe',
    key: 'key',
    signal,
    rawFetch: () => Promise.reject(new Error('a database is not reached by fetch')),
    sql: (opening) => openSql(credential, opening, signal),
    now: Date.now,
    beforeEffect: async () => undefined,
    remember: async () => undefined,
    replaceCredential: async () => undefined,
    patchSettings: async () => undefined,
    conversations: async () => [],
  })
  const { input: schema, output, run: act } = supabase.actions[action] ?? {}
  return output?.parse(await act?.(schema?.parse(input), call as never)) as never
}

async function refusal(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw new Error(`not refused in our words: ${String(error)}`)
  expect(JSON.stringify(error.failure)).not.toContain(password)
  expect(JSON.stringify(error.failure)).not.toContain(encodeURIComponent(password))
  return error.failure
}

const pooled = () => ({ databaseUrl: running.url('pooled') })
const direct = () => ({ directUrl: running.url('direct') })

test('both addresses are looked at, and the pooler is told apart', async () => {
  const checked = await run('database.check', {}, { ...pooled(), ...direct() })
  const about = { ok: true, version: expect.stringMatching(/^\d+/), user, database: 'postgres', latencyMs: expect.any(Number) }
  expect(checked).toEqual({
    pooled: { ...about, mode: 'pooled', problem: null },
    direct: { ...about, mode: 'direct', problem: null },
  })
})

test('one address that fails does not hide the other', async () => {
  const bad = { databaseUrl: running.url('pooled', { password: 'wrong' }), ...direct() }
  expect(await run('database.check', {}, bad)).toMatchObject({
    pooled: { ok: false, problem: expect.stringContaining('password') },
    direct: { ok: true },
  })
})

describe.each(['pooled', 'direct'] as const)('over the %s address', (over) => {
  const urls = () => (over === 'pooled' ? pooled() : direct())

  test('rows are read, cut where there are too many, and told in JSON', async () => {
    const asked = { sql: 'SELECT * FROM cases ORDER BY id;', limit: 2 }
    expect(await run('database.query', asked, urls())).toMatchObject({
      fields: ['id', 'title', 'at', 'raw'],
      rows: [{ id: 1, title: 'Case 1', at: '2026-01-01T00:00:00.000Z', raw: '\\x00ff' }, { id: 2 }],
      truncated: true,
    })
  })

  test.each([
    ["INSERT INTO cases VALUES (0, 'x')", 'rejected'],
    ['DELETE FROM cases', 'rejected'],
    ['WITH gone AS (DELETE FROM cases RETURNING *) SELECT * FROM gone', 'rejected'],
    ['SELECT 1; DROP TABLE cases', 'rejected'],
    ['SELECT 1; COMMIT; DROP TABLE cases', 'rejected'],
    ["SELECT nextval('pg_temp.x')", 'rejected'],
    ['SELECT * FROM cases FOR UPDATE', 'forbidden'],
    ["SELECT set_config('transaction_read_only', 'off', true)", 'rejected'],
    ['SELECT * FROM nowhere', 'rejected'],
  ])('%s is refused and changes nothing', async (sql, kind) => {
    expect((await refusal(run('database.query', { sql }, urls()))).kind).toBe(kind)
    expect(await run('database.query', { sql: 'SELECT count(*)::int AS n FROM cases' }, urls())).toMatchObject({
      rows: [{ n: 500 }],
    })
  })

  test('a statement that takes too long is ended by the server', async () => {
    const failure = await refusal(run('database.query', { sql: 'SELECT pg_sleep(30)' }, urls()))
    expect(failure).toMatchObject({ kind: 'rejected', code: '57014', message: expect.stringContaining('10 seconds') })
  }, 30_000)

  test('a wrong password and a database that is not there are told as such', async () => {
    const field = over === 'pooled' ? 'databaseUrl' : 'directUrl'
    const ask = (more: object) => refusal(run('database.query', { sql: 'SELECT 1' }, { [field]: running.url(over, more) }))
    expect(await ask({ password: 'wrong' })).toMatchObject({ kind: 'unauthorized', message: expect.stringContaining('password') })
    expect(await ask({ database: 'nowhere' })).toMatchObject({
      kind: 'not_found',
      message: expect.stringContaining('no database'),
    })
  })
})

test('the limits of a question end with it: the next on the same pooled connection has its own', async () => {
  await run('database.query', { sql: 'SELECT 1' }, pooled())
  const sql = "SELECT current_setting('statement_timeout') AS t, current_setting('transaction_read_only') AS r"
  const client = new pg.Client(running.url('pooled'))
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  expect(rows).toEqual([{ t: '0', r: 'off' }])
})

test('too many connections are told and tried again', async () => {
  const clients = Array.from({ length: 8 }, () => new pg.Client(running.url('direct')))
  for (const client of clients) client.on('error', () => undefined)
  await Promise.allSettled(clients.map((client) => client.connect()))
  const failure = await refusal(run('database.query', { sql: 'SELECT 1' }, direct()))
  expect(failure).toMatchObject({ kind: 'unavailable', code: '53300' })
  await Promise.allSettled(clients.map((client) => client.end()))
})

test('a named statement that lost its connection is explained as what it is', async () => {
  const { explainSql } = await import('../../electron/engine/sql/explain.ts')
  const [one, two, three] = [0, 1, 2].map(() => new pg.Client(running.url('pooled')))
  if (!one || !two || !three) throw new Error('no clients')
  for (const client of [one, two, three]) await client.connect()
  const named = { name: 'mine', text: 'SELECT 1 AS n' }
  await one.query(named)
  // Two others hold both server connections for a while, so that the first gets the one it was not prepared on.
  await two.query('BEGIN')
  await two.query('SELECT 1')
  const error = await one
    .query(named)
    .then(
      () => three.query(named),
      (thrown: unknown) => thrown,
    )
    .catch((thrown: unknown) => thrown)
  await two.query('ROLLBACK')
  for (const client of [one, two, three]) await client.end()
  expect(error).toMatchObject({ code: expect.stringMatching(/^(26000|42P05)$/) })
  expect(explainSql(error, 'pooler').failure).toMatchObject({
    kind: 'unsupported',
    message: expect.stringContaining('transaction pooler'),
  })
})

test('nobody listening is unavailable', async () => {
  const url = `postgresql://a:b@127.0.0.1:9/postgres`
  expect(await refusal(run('database.query', { sql: 'SELECT 1' }, { databaseUrl: url }))).toMatchObject({
    kind: 'unavailable',
    code: 'ECONNREFUSED',
  })
})

test('a database that the credential does not name is not reached', async () => {
  const opening = { url: running.url('direct'), run: async () => 1 }
  const signal = new AbortController().signal
  expect(await refusal(openSql({ databaseUrl: running.url('pooled') }, opening, signal))).toMatchObject({ kind: 'unexpected' })
})

test('being stopped ends the question', async () => {
  const stop = new AbortController()
  const url = running.url('direct')
  const asked = openSql({ url }, { url, run: (query) => query('SELECT pg_sleep(20)') }, stop.signal)
  setTimeout(() => stop.abort(), 300)
  expect((await refusal(asked)).kind).toBe('cancelled')
})

test.each([
  ['ENETUNREACH', 'session pooler'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate'],
  ['57P01', 'restart'],
  ['08006', 'broke'],
])('%s is explained', async (code, word) => {
  const { explainSql } = await import('../../electron/engine/sql/explain.ts')
  expect(explainSql(Object.assign(new Error('x'), { code }), 'db.x.supabase.co:5432').failure.message).toContain(word)
})
