/** Ten thousand bad inputs at every door: each is refused in words, changes nothing, and nothing falls over. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ORPCError } from '@orpc/client'
import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Failure } from '#shared/failure'
import { openRpc } from '../running-rpc.ts'
import { type RunningServe, startServe } from '../running-serve.ts'
import { inputsOf, rawBodies } from './hostile.ts'
import { procedures as all, type Procedure } from './procedures.ts'
import { report, scaled, seed, until } from './scale.ts'

interface Asked extends Procedure {
  /** Needs the operator himself: a tenant's token is turned away before its input is read. */
  installation: boolean
}

const spoiledEach = scaled(100, 2_000)
const fittingEach = scaled(25, 200)
/** The operator has one name and so one bucket of requests, and sealing is slow on purpose: both are asked less. */
const slowEach = scaled(40, 2_000)
/** Requests under way at once. */
const together = 8
const installation = /^(tenants|tokens)\.|^system\.(lockVault|unlockVault|changePassphrase)$/

/** Named in full. News never end; they are no answer to wait for. */
const procedures = all
  .map((one): Asked => {
    const name = `${one.area}.${one.name}`
    return { ...one, name, installation: installation.test(name) }
  })
  .filter(({ name }) => name !== 'system.news')

let folder = ''
let serve: RunningServe
let database: Sqlite.Database
let tokens: string[] = []
const counts = { rest: 0, refused: 0, accepted: 0, rpc: 0 }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-bad-input-'))
  serve = await startServe({ dataDir: join(folder, 'data') })
  database = new Sqlite(join(folder, 'data', 'atlas.db'), { readonly: true })
  const { client, close } = await openRpc(serve)
  const made = Array.from({ length: 120 }, (_, at) => client.tokens.create({ name: `bad input ${at}`, tenantId: 'demo' }))
  tokens = (await Promise.all(made)).map(({ secret }) => secret)
  // The Demo's first day writes by itself; what changes after it is the fault of what is sent here.
  await until('the first day to be ordered', async () => {
    const { items } = await client.jobs.list({ text: 'first-day-cancelled' })
    return items[0]?.state === 'cancelled' || undefined
  })
  close()
  report(`bad input: seed ${seed}, ${procedures.length} procedures`)
})

afterAll(async () => {
  database.close()
  await serve.kill()
  rmSync(folder, { recursive: true, force: true })
})

/** What a refused request must leave as it was. Jobs move by themselves, so of them it counts which there are. */
const kept = [
  'SELECT id, name, removed_at FROM tenants ORDER BY id',
  'SELECT * FROM tenant_settings ORDER BY tenant_id',
  'SELECT tenant_id, provider, credential_version, settings FROM connections ORDER BY tenant_id, provider',
  'SELECT id, input FROM jobs ORDER BY id',
  'SELECT id, name, paused FROM schedules ORDER BY id',
  'SELECT scope, tenant_id, target FROM pauses ORDER BY scope, tenant_id, target',
  'SELECT id, tenant_id, removed_at FROM tokens ORDER BY id',
]
const commits = () => database.pragma('data_version', { simple: true }) as number
let known: { seen: number; text: string } | undefined

/** Read anew only when somebody committed since. */
function snapshot(): string {
  const seen = commits()
  if (known?.seen !== seen) known = { seen, text: JSON.stringify(kept.map((sql) => database.prepare(sql).raw().all())) }
  return known.text
}

interface Answer {
  status: number
  text: string
}

interface Message {
  method: string
  path: string
  body?: string | Buffer
  type?: string
}

let nextToken = 0
let cuts = 0
/** Of tens of thousands of requests; a server that cuts off as a habit passes it at once. */
const mostCuts = 500

function bearer(asOperator: boolean): string {
  nextToken += 1
  return asOperator ? serve.token : (tokens[nextToken % tokens.length] ?? '')
}

/** Whoever is still sending a body that was refused unread may find the line cut before the answer was read. */
function wasCutOff(error: Error & { cause?: { code?: string } }): undefined {
  cuts += 1
  if (cuts > mostCuts || !['EPIPE', 'ECONNRESET'].includes(error.cause?.code ?? '')) throw error
}

/** Sends as whoever may, and when told to come back later, does. */
async function send({ method, path, body, type = 'application/json' }: Message, asOperator: boolean): Promise<Answer> {
  for (;;) {
    const headers = { authorization: `Bearer ${bearer(asOperator)}`, 'x-tenant-id': 'demo' }
    const carried = body === undefined ? { headers } : { headers: { ...headers, 'content-type': type }, body }
    const response = await fetch(`${serve.url}/v1${path}`, { method, ...carried } as RequestInit).catch(wasCutOff)
    if (!response) continue
    const text = await response.text()
    if (response.status !== 429) return { status: response.status, text }
    await new Promise((resolve) => setTimeout(resolve, asOperator ? 100 : 5))
  }
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const written = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed()

/** The message a program would send for this input: path fields in the path, the rest in query or body. */
function toMessage({ method, path }: Procedure, input: unknown): Message {
  const rest = isFields(input) ? { ...input } : undefined
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest?.[name]
    if (rest) delete rest[name]
    return encodeURIComponent(written(value ?? 'none').slice(0, 2_000)) || 'none'
  })
  if (method !== 'GET') return { method, path: filled, body: JSON.stringify(rest ?? input) ?? '' }
  const query = new URLSearchParams(
    Object.entries(rest ?? {}).map(([name, value]): [string, string] => [name.toWellFormed(), written(value)]),
  )
  return { method, path: `${filled}?${query.toString().slice(0, 6_000)}` }
}

const leaks = /\n\s+at |node_modules|\.[cm]?[jt]s:\d+|better-sqlite3|SQLITE_|UNIQUE constraint|no such (table|column)/

/** What every refusal must be: a status of the caller's own fault, in our shape, without a look inside. */
function faultOf({ status, text }: Answer): string | undefined {
  if (status < 400) return undefined
  if (leaks.test(text) || text.includes(folder) || text.includes(process.cwd())) return `tells too much: ${text.slice(0, 300)}`
  const failure = Failure.safeParse((JSON.parse(text) as { error?: unknown }).error)
  if (!failure.success) return `is no failure of ours: ${text.slice(0, 200)}`
  // A stand-in that cannot be reached is told as such; nothing else may blame the server.
  if (status >= 500 && !['unavailable', 'unknown'].includes(failure.data.kind)) return `${status} ${text.slice(0, 300)}`
  return undefined
}

/** Sends, and judges the answer by itself. */
async function ask(message: Message, asOperator: boolean): Promise<{ accepted: boolean; where: string; faults: string[] }> {
  const answer = await send(message, asOperator)
  counts.rest += 1
  const where = `${message.method} ${message.path.slice(0, 120)} ${String(message.body ?? '').slice(0, 200)} → ${answer.status}`
  const fault = faultOf(answer)
  const accepted = answer.status < 400
  if (!fault) counts[accepted ? 'accepted' : 'refused'] += 1
  return { accepted, where, faults: fault ? [`${where}: ${fault}`] : [] }
}

/** One by itself: what was refused may have changed nothing. */
async function tryOne(message: Message, asOperator: boolean): Promise<string[]> {
  const before = snapshot()
  const { accepted, where, faults } = await ask(message, asOperator)
  return faults.length > 0 || accepted || snapshot() === before ? faults : [`${where}: refused, and something changed`]
}

/** Several at once. Where something changed and some were refused, those are sent again one by one, to see whether it was they. */
async function trySome(messages: readonly Message[], asOperator: boolean): Promise<string[]> {
  const before = snapshot()
  const asked = await Promise.all(messages.map((message) => ask(message, asOperator)))
  const faults = asked.flatMap((each) => each.faults)
  const refused = messages.filter((_message, at) => asked[at]?.accepted === false)
  if (faults.length > 0 || refused.length === 0 || snapshot() === before) return faults
  const again = []
  for (const message of refused) again.push(...(await tryOne(message, asOperator)))
  return refused.length === messages.length && again.length === 0
    ? [`${asked[0]?.where}, or one beside it: refused, and something changed`]
    : again
}

async function tryAll(messages: readonly Message[], asOperator: boolean): Promise<string[]> {
  const faults: string[] = []
  for (let at = 0; at < messages.length; at += together)
    faults.push(...(await trySome(messages.slice(at, at + together), asOperator)))
  return faults
}

test.each([
  ['a stack', { status: 400, text: '{"error":{"kind":"invalid","message":"no\\n    at f (file.ts:1:2)"}}' }],
  ['a path', { status: 404, text: JSON.stringify({ error: { kind: 'not_found', message: process.cwd() } }) }],
  ['another shape', { status: 400, text: '{"message":"no"}' }],
  ['a fault of ours', { status: 500, text: '{"error":{"kind":"unexpected","message":"Something broke."}}' }],
])('an answer with %s would be seen', (_what, answer) => {
  expect(faultOf(answer)).toBeDefined()
})

test('a change would be seen', async () => {
  const [seen, before] = [commits(), snapshot()]
  const order = { kind: 'TELEGRAM_SEND', input: { text: 'seen' }, runAt: '2100-01-01T00:00:00Z' }
  expect(await send({ method: 'POST', path: '/jobs', body: JSON.stringify(order) }, false)).toMatchObject({ status: 201 })
  expect(commits()).not.toBe(seen)
  expect(snapshot()).not.toBe(before)
})

test.each(procedures)('REST $method $path refuses what does not fit and survives what does', async (procedure) => {
  const { spoiled, fitting } = inputsOf(procedure.schema)
  const slow = procedure.installation || procedure.path.startsWith('/vault/')
  const inputs = [
    ...fc.sample(spoiled, { seed, numRuns: slow ? slowEach : spoiledEach }),
    ...fc.sample(fitting, { seed, numRuns: slow ? 5 : fittingEach }),
  ]
  const messages = inputs.map((input) => toMessage(procedure, input))
  expect(await tryAll(messages, procedure.installation)).toEqual([])
})

test.each(rawBodies)('$what is refused by every route that takes a body', async ({ body, type }) => {
  const taking = procedures.filter(({ method, installation }) => method !== 'GET' && method !== 'DELETE' && !installation)
  const messages = taking.map(({ method, path }) => ({
    method,
    path: path.replace(/\{\w+\}/g, 'telegram'),
    body,
    ...(type === undefined ? {} : { type }),
  }))
  expect(await tryAll(messages, false)).toEqual([])
})

const exotic = [undefined, 10n, new Date(Number.NaN), new Map([['a', 1]]), new Set([1]), /x/, new URL('http://127.0.0.1/')]

/** What is wrong with the answer over the socket; one that comes too often is sent again later. */
async function rpcFault(call: (input: unknown) => Promise<unknown>, input: unknown): Promise<string | undefined> {
  for (;;) {
    const error = await call(input).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    const failure = error instanceof ORPCError ? Failure.safeParse(error.data) : undefined
    if (failure?.data?.kind === 'rate_limited' && failure.data.message.startsWith('Too many requests')) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      continue
    }
    counts.rpc += 1
    if (error === undefined) return undefined
    const told = String((error as Error).message)
    return !failure?.success || failure.data.kind === 'unexpected' || leaks.test(told) ? told.slice(0, 300) : undefined
  }
}

test.each(procedures)('RPC $name refuses what does not fit and survives what does', async ({ area, name, schema }) => {
  const { client, close } = await openRpc(serve)
  const call = (client as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>)[area]?.[
    name.split('.')[1] ?? ''
  ]
  if (!call) throw new Error(`the client knows no ${name}`)
  const { spoiled, fitting } = inputsOf(schema)
  const numRuns = scaled(60, 2_000)
  const inputs = [...fc.sample(spoiled, { seed: seed + 1, numRuns }), ...fc.sample(fitting, { seed, numRuns: 5 }), ...exotic]
  const faults: string[] = []
  for (let at = 0; at < inputs.length; at += together) {
    const told = await Promise.all(inputs.slice(at, at + together).map((input) => rpcFault(call, input)))
    faults.push(...told.flatMap((fault) => (fault === undefined ? [] : [`${name}: ${fault}`])))
  }
  close()
  expect(faults).toEqual([])
})

test('after all of it the process is the same, well, and has nothing unexpected to tell', async () => {
  report(`bad input: ${counts.rest} REST (${counts.refused} refused, ${counts.accepted} accepted), ${counts.rpc} RPC`)
  expect(counts.rest + counts.rpc).toBeGreaterThanOrEqual(10_000)
  expect(() => process.kill(serve.pid, 0)).not.toThrow()
  const { status, text } = await send({ method: 'GET', path: '/health' }, true)
  expect({ status, health: JSON.parse(text) as unknown }).toMatchObject({ status: 200, health: { status: 'ok' } })
  const loud = serve
    .output()
    .split('\n')
    .filter((line) => line.includes('"level":50') || line.includes('nhandled'))
  expect(loud).toEqual([])
})
