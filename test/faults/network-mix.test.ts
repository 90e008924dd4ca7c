/** Orders to several providers while three requests in ten break: each ends, none twice, and trying again stays within bounds. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobDetail } from '#shared/contract/jobs'
import type { Actor } from '../../electron/engine/engine.ts'
import { sandboxes } from '../../electron/sandbox/catalog.ts'
import { type RunningApp, runApp } from '../app/running-app.ts'
import { type Breakage, breakages } from './breakages.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { createDice, report, scaled, seed, until } from './scale.ts'

/** The clock of the product runs this much faster, so that limits and waits of hours fit into the run. */
const hurry = 7_200
const total = scaled(400, 10_000)
const share = 0.3
/** Tries after the first, for each order. */
const mostRetries = 1.5
const begun = Date.now()
const operator: Actor = { kind: 'operator', id: 'test' }

/** A credential that is refused stops its connection until a person mends it, and what never answers takes a minute: neither is for a crowd. */
const mixed = (Object.entries(breakages) as [string, Breakage][])
  .filter(([name, { hangs, ends }]) => !hangs && ends !== 'unauthorized' && !/without end|60 MB|none/.test(name))
  .map(([name]) => name)

const orders = [
  (text: string) => ({ kind: 'TELEGRAM_SEND', input: { chatId: '100200300', text } }),
  (text: string) => ({ kind: 'SLACK_SEND', input: { channel: '#general', text } }),
  (text: string) => ({ kind: 'EMAIL_SEND', input: { to: 'ops@example.com', subject: text, text } }),
  (text: string) => ({
    kind: 'FILE_UPLOAD',
    input: { path: `mix/${text}.txt`, contentBase64: 'SGVsbG8=', contentType: 'text/plain' },
  }),
]
const providers = ['telegram', 'slack', 'resend', 'supabase'] as const

let running: RunningApp
let proxy: FaultProxy
let tenantId = ''
const unhandled: unknown[] = []
const onUnhandled = (error: unknown) => unhandled.push(error)

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled)
  running = await runApp({ ATLAS_LOG: 'silent' }, { now: () => begun + (Date.now() - begun) * hurry })
  proxy = await startFaultProxy(running.app.sandboxUrl() ?? '')
  tenantId = (await running.app.engine.installation.tenants.create({ name: 'Mix' }, operator)).id
  const tenant = running.app.engine.forTenant(tenantId)
  for (const provider of providers) {
    const { demoCredential: credential, demoSettings } = sandboxes[provider]
    const settings = { ...demoSettings, endpoint: `${proxy.url}/${provider}` }
    await tenant.connections.put({ provider, credential, settings, check: false } as never, operator)
  }
})

afterAll(async () => {
  process.off('unhandledRejection', onUnhandled)
  await proxy.stop()
  await running.stop()
})

function arrivals(): string[] {
  const ledger = new Sqlite(join(running.dataDir, 'sandbox.db'), { readonly: true })
  const rows = ledger.prepare('SELECT title, text, request FROM arrivals').all() as Record<string, string>[]
  ledger.close()
  return rows.map(({ title, text, request }) => `${title} ${text} ${request}`)
}

const ended = new Set(['succeeded', 'failed', 'unknown', 'cancelled'])

/** What is wrong with how an order ended; undefined when nothing is. An upload may be written over itself. */
function faultOf(job: JobDetail, times: number): string | undefined {
  if (times > 1 && job.kind !== 'FILE_UPLOAD') return `arrived ${times} times`
  if (job.state === 'succeeded') return times > 0 ? undefined : 'succeeded, and never arrived'
  if (!job.failure?.message) return `${job.state} without a reason`
  return job.state === 'failed' && times > 0 && job.kind !== 'FILE_UPLOAD'
    ? `failed (${job.failure.message}), and arrived`
    : undefined
}

test('every order ends, once, though three requests in ten break', async () => {
  const dice = createDice(seed)
  proxy.choose(() => (dice() < share ? mixed[Math.floor(dice() * mixed.length)] : undefined))
  const tenant = running.app.engine.forTenant(tenantId)
  const open = new Map<string, string>()
  for (let at = 0; at < total; at += 1) {
    const text = `mix-${at}-${randomUUID().slice(0, 8)}`
    const { body } = await tenant.jobs.create(orders[at % orders.length]?.(text) as never, operator)
    open.set(body.id, text)
  }
  const texts = new Map(open)
  const done: JobDetail[] = []
  const look = async () => {
    for (const id of open.keys()) {
      const job = await tenant.jobs.get({ id }, operator)
      if (!ended.has(job.state)) continue
      open.delete(id)
      done.push(job)
    }
    return open.size === 0 ? true : undefined
  }
  await until('every order to come to its end', look, scaled(120_000, 1_800_000))
  const arrived = arrivals()
  const wrong = done.flatMap((job) => {
    const text = texts.get(job.id) ?? ''
    const fault = faultOf(job, arrived.filter((one) => one.includes(text)).length)
    return fault ? [`${job.kind} ${text}: ${fault}`] : []
  })
  const retries = done.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0)
  const count = (state: string) => done.filter((job) => job.state === state).length
  report(
    `network mix: seed ${seed}, ${total} orders, 30 % of ${proxy.requests()} requests broken in ${mixed.length} ways: ${count('succeeded')} succeeded, ${count('failed')} failed, ${count('unknown')} unknown, ${retries} tries again (${(retries / total).toFixed(2)} an order), ${wrong.length} wrong, ${unhandled.length} unhandled`,
  )
  expect(wrong).toEqual([])
  expect(retries).toBeLessThanOrEqual(mostRetries * total)
  expect(unhandled).toEqual([])
})

test('an order that arrived twice, or was lost and called done, would be seen', () => {
  const job = { kind: 'TELEGRAM_SEND', state: 'succeeded', failure: null } as unknown as JobDetail
  expect(faultOf(job, 1)).toBeUndefined()
  expect(faultOf(job, 2)).toBe('arrived 2 times')
  expect(faultOf(job, 0)).toBe('succeeded, and never arrived')
  expect(faultOf({ ...job, state: 'unknown' }, 1)).toBe('unknown without a reason')
})
