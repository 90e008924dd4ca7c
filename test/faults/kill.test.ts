/** kill -9 in the middle of sending, again and again: nothing acknowledged is lost, nothing is sent twice. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Job } from '#shared/contract/jobs'
import { openRpc, type RpcClient } from '../running-rpc.ts'
import { type RunningSandbox, startSandbox } from '../running-sandbox.ts'
import { type RunningServe, startServe } from '../running-serve.ts'
import { brokenPromises } from './judge-sends.ts'
import { createDice, report, scaled, seed, until } from './scale.ts'

const kills = 10
const total = scaled(1_000, 10_000)
const perRound = total / kills

interface Order {
  kind: 'TELEGRAM_SEND' | 'TEAMS_SEND' | 'EMAIL_SEND' | 'SLACK_SEND'
  input: Record<string, string>
  key: string
}

const teams = ['0d0e0a00-0000-4000-8000-00000000ea01', '0d0e0a00-0000-4000-8000-00000000ea02']
const channels = ['19:demogeneral@thread.tacv2', '19:demoagents@thread.tacv2', '19:demoleads@thread.tacv2']

/** Of a hundred: chosen so that the limits of each provider allow the whole in about half a minute. */
const mix: readonly { upTo: number; kind: Order['kind']; input(at: number, text: string): Order['input'] }[] = [
  { upTo: 60, kind: 'TELEGRAM_SEND', input: (at, text) => ({ chatId: String(700_000 + at), text }) },
  {
    upTo: 80,
    kind: 'TEAMS_SEND',
    input: (at, text) => ({ teamId: teams[at % 2] ?? '', channelId: channels[at % 3] ?? '', text }),
  },
  { upTo: 95, kind: 'EMAIL_SEND', input: (_at, text) => ({ to: 'ops@example.com', subject: 'Kill', text }) },
  { upTo: 100, kind: 'SLACK_SEND', input: (at, text) => ({ channel: at % 2 ? '#general' : '#agents', text }) },
]

function orderAt(at: number): Order {
  const key = `kill-${at}`
  const kind = mix.find(({ upTo }) => at % 100 < upTo) ?? mix[0]
  if (!kind) throw new Error('the mix is empty')
  return { kind: kind.kind, input: kind.input(at, `${key} is this order's own text`), key }
}

let folder = ''
let sandbox: RunningSandbox
let serve: RunningServe | undefined

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-kill-'))
  sandbox = await startSandbox(join(folder, 'ledger.db'))
})

afterAll(async () => {
  await serve?.kill()
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function start(): Promise<RunningServe> {
  serve = await startServe({ dataDir: join(folder, 'data') })
  return serve
}

async function pointAtSandbox(client: RpcClient): Promise<void> {
  for (const provider of ['telegram', 'microsoft', 'resend', 'slack']) {
    const { settings } = await client.connections.get({ provider })
    await client.connections.put({ provider, settings: { ...settings, endpoint: `${sandbox.url}/${provider}` } })
  }
  await client.system.updateSettings({ emailOrder: ['resend', 'microsoft'] })
}

/** Orders all that was not acknowledged yet, a few at a time, and notes what was. Ends quietly when the process is killed under it. */
async function order(client: RpcClient, open: Map<string, Order>, acknowledged: Set<string>): Promise<void> {
  const pending = [...open.values()]
  async function one(): Promise<void> {
    for (let next = pending.shift(); next; next = pending.shift()) {
      await client.jobs.create(next as Parameters<RpcClient['jobs']['create']>[0])
      acknowledged.add(next.key)
      open.delete(next.key)
    }
  }
  await Promise.allSettled(Array.from({ length: 8 }, one))
}

/** Waits for the moment to kill: in even rounds while ordering, in odd ones while requests were received and not answered. */
async function momentToKill(round: number, { ordering, enough }: { ordering: Promise<void>; enough(): boolean }): Promise<void> {
  if (round % 2 === 0) {
    await until('some orders to be acknowledged', async () => enough() || undefined)
    return
  }
  await ordering
  await sandbox.breakNext('telegram', 'slow', 4)
  await until('four requests to be received and not answered', async () =>
    (await sandbox.stillToBreak('telegram', 'slow')) === 0 ? true : undefined,
  )
}

async function allJobs(client: RpcClient): Promise<Map<string, Job>> {
  const jobs = new Map<string, Job>()
  let cursor: string | undefined
  do {
    const page = await client.jobs.list({ limit: 200, ...(cursor === undefined ? {} : { cursor }) })
    for (const job of page.items) if (job.key?.startsWith('kill-')) jobs.set(job.key, job)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return jobs
}

function countArrivals(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) {
    const key = /kill-\d+/.exec(text)?.[0]
    if (key) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

interface Book {
  open: Map<string, Order>
  acknowledged: Set<string>
}

async function killRound(round: number, dice: () => number, { open, acknowledged }: Book): Promise<void> {
  const running = await start()
  const { client, close } = await openRpc(running)
  if (round === 0) await pointAtSandbox(client)
  for (let at = round * perRound; at < (round + 1) * perRound; at += 1) open.set(`kill-${at}`, orderAt(at))
  const enoughAt = acknowledged.size + Math.ceil(dice() * open.size)
  const ordering = order(client, open, acknowledged)
  await momentToKill(round, { ordering, enough: () => acknowledged.size >= enoughAt })
  await running.kill()
  close()
  await ordering
}

/** What an order repeats like: mail goes by Resend, which knows keys; the others know none. */
function toOrdered(key: string, job: Job | undefined) {
  return { key, repeat: job?.kind === 'EMAIL_SEND' ? ('keyed' as const) : ('unsafe' as const), state: job?.state }
}

test(`${total} sends through ${kills} kills: none lost, none doubled, every chain whole`, async () => {
  report(`kill: seed ${seed}, ${total} sends, ${kills} kills`)
  const dice = createDice(seed)
  const book: Book = { open: new Map(), acknowledged: new Set() }
  for (let round = 0; round < kills; round += 1) await killRound(round, dice, book)

  const running = await start()
  const { client, close } = await openRpc(running)
  await order(client, book.open, book.acknowledged)
  expect(book.acknowledged.size).toBe(total)
  const ended = async () => {
    const found = await allJobs(client)
    return [...found.values()].some(({ state }) => ['queued', 'running', 'waiting'].includes(state)) ? undefined : found
  }
  const jobs = await until('every order to end', ended, scaled(120_000, 900_000))
  const arrivals = countArrivals((await sandbox.inbox()).map(({ text }) => text))
  const orders = [...book.acknowledged].map((key) => toOrdered(key, jobs.get(key)))
  const states = Object.groupBy(orders, ({ state }) => state ?? 'lost')
  const told = Object.entries(states).map(([state, list]) => `${list?.length} ${state}`)
  // What arrived and was never answered is what a blind repetition would double: without such, no kill hit the middle of anything.
  const doubtful = (states.unknown ?? []).filter(({ key }) => arrivals.get(key) === 1)
  report(`kill: ${told.join(', ')}; ${doubtful.length} of the unknown had arrived`)
  expect(brokenPromises(orders, arrivals)).toEqual([])
  expect(doubtful.length).toBeGreaterThan(0)
  const repeated = new Map([...arrivals, ...doubtful.map(({ key }): [string, number] => [key, 2])])
  expect(brokenPromises(orders, repeated)).toHaveLength(doubtful.length)
  expect(await client.audit.verify()).toMatchObject({ ok: true })
  close()
  expect(await running.stop()).toBe(0)
  serve = undefined
})
