/** Five hundred posts over ten platforms, against services that fail in every way: none twice, none missing, every end explained. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobDetail } from '#shared/contract/jobs'
import type { Actor } from '../../electron/engine/engine.ts'
import { type RunningApp, runApp } from '../app/running-app.ts'
import { createDice, report, scaled, seed, until } from './scale.ts'
import { trayPicture } from './tray-picture.ts'

/** The clock of the product runs this much faster, so that the limits of a day fit into a minute or two. */
const hurry = 7_200
const total = scaled(500, 5_000)
const begun = Date.now()
const now = () => begun + (Date.now() - begun) * hurry

/** One order a platform; `text` is unlike any other, so that what arrived can be told apart. */
const orders: Readonly<Record<string, (text: string, media: readonly { file: string }[]) => Record<string, unknown>>> = {
  x: (text) => ({ text }),
  facebook: (text) => ({ text }),
  instagram: (text, media) => ({ text, media }),
  threads: (text) => ({ text }),
  tiktok: (text, media) => ({ text, media, privacy: 'SELF_ONLY' }),
  tumblr: (text) => ({ text }),
  pinterest: (text, media) => ({ text, media, boardId: '800000000000000001' }),
  linkedin: (text) => ({ text }),
  reddit: (text) => ({ title: text, text: 'Harbour', subreddit: 'test' }),
  blog: (text) => ({ title: text, text: `<p>${text}</p>`, site: 'wordpress' }),
}
const platforms = Object.keys(orders)
const providers = ['x', 'meta', 'threads', 'tiktok', 'tumblr', 'pinterest', 'linkedin', 'reddit', 'wordpress']
/** Faults that are switched on for a request or two, again and again while the posts go out. */
const faults = [
  'rate_limited',
  'server_error',
  'unavailable',
  'reset',
  'reset_after_receipt',
  'malformed',
  'forbidden',
  'unauthorized',
]

let running: RunningApp
beforeAll(async () => {
  running = await runApp({}, { now })
})
afterAll(() => running.stop())

const operator: Actor = { kind: 'operator', id: 'test' }
const tenant = () => running.app.engine.forTenant('demo')

async function clearReviews(): Promise<void> {
  for (const provider of ['meta', 'threads', 'tiktok'])
    await tenant().verification.update({ provider, stage: 'approved' }, operator)
}

interface Ordered {
  id: string
  platform: string
  text: string
}

async function order(media: readonly { file: string }[]): Promise<Ordered[]> {
  const ordered: Ordered[] = []
  for (let at = 0; at < total; at += 1) {
    const platform = platforms[at % platforms.length] ?? 'x'
    const text = `post ${at} ${randomUUID().slice(0, 8)}`
    const input = { platform, ...orders[platform]?.(text, media) } as never
    const { body } = await tenant().jobs.create({ kind: 'SOCIAL_POST', input, key: text }, operator)
    ordered.push({ id: body.id, platform, text })
  }
  return ordered
}

const ended = new Set(['succeeded', 'failed', 'unknown', 'cancelled'])

async function breakSomething(dice: () => number): Promise<void> {
  const provider = providers[Math.floor(dice() * providers.length)] ?? 'x'
  const fault = faults[Math.floor(dice() * faults.length)] ?? 'reset'
  await tenant().sandbox.setFault({ provider, fault, active: true, count: 1 + Math.floor(dice() * 2) }, operator)
}

async function mendAll(): Promise<void> {
  for (const provider of providers) {
    for (const fault of faults) await tenant().sandbox.setFault({ provider, fault, active: false }, operator)
  }
}

/** Breaks one service after another while the posts go out; the last of them go out in peace. */
async function settled(ordered: readonly Ordered[]): Promise<Map<string, JobDetail>> {
  const open = new Set(ordered.map(({ id }) => id))
  const done = new Map<string, JobDetail>()
  const dice = createDice(seed)
  const look = async () => {
    if (open.size <= total / 5) await mendAll()
    else for (let times = 0; times < 4; times += 1) await breakSomething(dice)
    for (const id of open) {
      const job = await tenant().jobs.get({ id }, operator)
      if (!ended.has(job.state)) continue
      open.delete(id)
      done.set(id, job)
    }
    return open.size === 0 ? true : undefined
  }
  await until('every post to come to its end', look, 240_000)
  return done
}

/** What reached the stand-ins, in words. */
function arrivals(): string[] {
  const ledger = new Sqlite(join(running.dataDir, 'sandbox.db'), { readonly: true })
  const rows = ledger.prepare('SELECT title, text FROM arrivals').all() as { title: string; text: string }[]
  ledger.close()
  return rows.map(({ title, text }) => `${title} ${text}`)
}

/** What is wrong with how a post ended; undefined when nothing is. */
function faultOf(job: JobDetail | undefined, times: number): string | undefined {
  if (!job) return 'was lost'
  if (times > 1) return `arrived ${times} times`
  if (job.state === 'succeeded') return times === 1 ? undefined : 'succeeded, and never arrived'
  if (!job.failure?.message) return `${job.state} without a reason`
  if (job.state === 'failed') return times === 0 ? undefined : `failed (${job.failure.message}), and arrived`
  return job.state === 'unknown' ? undefined : `ended as ${job.state}`
}

test('no post twice, none silently missing, every end explained', async () => {
  await clearReviews()
  const ordered = await order([{ file: await trayPicture(running) }])
  const done = await settled(ordered)
  const arrived = arrivals()
  const timesOf = (text: string) => arrived.filter((one) => one.includes(text)).length
  const wrong = ordered.flatMap(({ id, platform, text }) => {
    const fault = faultOf(done.get(id), timesOf(text))
    return fault ? [`${platform} ${text}: ${fault}`] : []
  })
  const count = (state: string) => [...done.values()].filter((job) => job.state === state).length
  const unknownArrived = ordered.filter(({ id, text }) => done.get(id)?.state === 'unknown' && timesOf(text) > 0).length
  report(
    `publishing: seed ${seed}, ${total} posts over ${platforms.length} platforms: ${count('succeeded')} succeeded, ${count('failed')} failed, ${count('unknown')} unknown of which ${unknownArrived} had arrived`,
  )
  expect(wrong).toEqual([])
})
