/** A whole action, from the claim to the audit event, beside the bare call of the provider's own SDK. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { WebClient } from '@slack/web-api'
import { Api } from 'grammy'
import OpenAI from 'openai'
import { Resend } from 'resend'
import type { z } from 'zod'
import type { TenantEngine } from '../electron/engine/engine.ts'
import { catalog } from '../electron/providers/catalog.ts'
import type { JobKind } from '../shared/job-kinds.ts'
import { type RunningApp, runApp } from '../test/app/running-app.ts'
import { atLeast, atMost, type Figure, interleave, type Reading, type Side, timed } from './measure.ts'

const rounds = 7
const perRound = 500
/** Our runner takes as many of one provider at once; the other sides are given the same. */
const atOnce = 16
const operator = { kind: 'operator', id: 'bench' } as const
const text = 'Your order 4711 left our house this morning and will arrive tomorrow before noon.'

type Json = z.infer<ReturnType<typeof z.json>>

interface Bench {
  running: RunningApp
  stub: string
  /** Engine of the tenant whose connections lead to the stub. */
  tenant: TenantEngine
}

/** A provider as both sides reach it. */
interface Case {
  provider: 'resend' | 'slack' | 'telegram' | 'openai' | 'x'
  name: string
  credential: Record<string, Json>
  settings?: Record<string, Json>
  order: { kind: JobKind; input: Record<string, Json> }
  /** One call as somebody would write it without us, on a client that is made once. */
  bare(stub: string): { name: string; call(): Promise<unknown> }
}

const chat = {
  model: 'gpt-bench',
  messages: [{ role: 'user' as const, content: text }],
}

async function post(url: string, body: unknown, headers: Record<string, string>): Promise<unknown> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
  const response = await fetch(url, init)
  if (!response.ok) throw new Error(`the stub answered ${response.status}`)
  return response.json()
}

async function readAll(client: OpenAI): Promise<string> {
  let told = ''
  const stream = await client.chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: true } })
  for await (const { choices } of stream) told += choices[0]?.delta.content ?? ''
  return told
}

const mail = { from: 'shop@example.com', to: 'customer@example.com', subject: 'On its way', text }

const cases: readonly Case[] = [
  {
    provider: 'resend',
    name: 'Resend',
    credential: { apiKey: 're_bench_0123456789' },
    settings: { from: mail.from },
    order: { kind: 'EMAIL_SEND', input: { to: mail.to, subject: mail.subject, text } },
    bare(stub) {
      const client = new Resend('re_bench_0123456789', { baseUrl: stub })
      let at = 0
      const call = async () => {
        at += 1
        const { error } = await client.emails.send(mail, { idempotencyKey: `key-${at}` })
        if (error) throw new Error(error.message)
      }
      return { name: 'resend, bare call', call }
    },
  },
  {
    provider: 'slack',
    name: 'Slack',
    credential: { botToken: 'xoxb-0123456789' },
    order: { kind: 'SLACK_SEND', input: { channel: 'C0123456789', text } },
    bare(stub) {
      const client = new WebClient('xoxb-0123456789', { slackApiUrl: `${stub}/api/`, retryConfig: { retries: 0 } })
      return { name: '@slack/web-api, bare call', call: () => client.chat.postMessage({ channel: 'C0123456789', text }) }
    },
  },
  {
    provider: 'openai',
    name: 'OpenAI, streamed',
    credential: { apiKey: 'sk-bench-0123456789' },
    order: { kind: 'ACTION_RUN', input: { provider: 'openai', action: 'chat.complete', input: chat } },
    bare(stub) {
      const client = new OpenAI({ apiKey: 'sk-bench-0123456789', baseURL: `${stub}/v1`, maxRetries: 0 })
      return { name: 'openai, bare call', call: () => readAll(client) }
    },
  },
  {
    provider: 'telegram',
    name: 'Telegram',
    credential: { botToken: '123456789:AAbench' },
    order: { kind: 'TELEGRAM_SEND', input: { chatId: '42', text } },
    bare(stub) {
      const api = new Api('123456789:AAbench', { apiRoot: stub })
      return { name: 'grammy, bare call', call: () => api.sendMessage(42, text) }
    },
  },
  {
    provider: 'x',
    name: 'X, which has no SDK here',
    credential: { clientId: 'bench', accessToken: 'bench-token' },
    order: { kind: 'ACTION_RUN', input: { provider: 'x', action: 'post.create', input: { platform: 'x', text } } },
    bare(stub) {
      const headers = { authorization: 'Bearer bench-token' }
      return { name: 'global fetch, bare call', call: () => post(`${stub}/2/tweets`, { text }, headers) }
    },
  },
]

async function startStub(): Promise<{ url: string; stop(): void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'provider-stub.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
    child.once('exit', (code) => reject(new Error(`the stub ended with ${code}`)))
  })
  return { url, stop: () => child.kill() }
}

/** The limits stay in the claim and are counted; they are only too high to be met. */
function raiseLimits(): void {
  for (const { provider } of cases) {
    const { limits } = catalog[provider]
    Object.assign(catalog[provider], { limits: limits.map((limit) => ({ ...limit, count: 1_000_000_000 })) })
  }
}

async function openBench(stub: string): Promise<Bench> {
  const running = await runApp({ ATLAS_LOG: 'error' })
  const { engine } = running.app
  const { id } = await engine.installation.tenants.create({ name: 'Bench' }, operator)
  const tenant = engine.forTenant(id)
  for (const { provider, credential, settings } of cases) {
    await tenant.connections.put({ provider, credential, settings: { ...settings, endpoint: stub }, check: false }, operator)
  }
  return { running, stub, tenant }
}

async function settled({ running }: Bench, count: number): Promise<void> {
  const { sqlite } = running.app.foundation.database
  const counts = sqlite.prepare("SELECT state, sum(count) AS count FROM job_counts WHERE tenant_id <> 'demo' GROUP BY state")
  for (;;) {
    const byState = Object.fromEntries((counts.all() as { state: string; count: number }[]).map((row) => [row.state, row.count]))
    if ((byState.succeeded ?? 0) >= count) return
    if (byState.failed || byState.unknown || byState.needs_you) throw new Error(`an action failed: ${JSON.stringify(byState)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Every round works off orders that were queued while everything was paused. */
function oursOf(bench: Bench, one: Case, done: { count: number }): Side {
  const { jobs } = bench.tenant
  return {
    name: `Atlas UX, ${one.name}`,
    unit: 'per second',
    async round() {
      await jobs.pause({ scope: 'all', paused: true }, operator)
      await Promise.all(Array.from({ length: perRound }, () => jobs.create(one.order, operator)))
      done.count += perRound
      const { ms, cpuMs } = await timed(async () => {
        await jobs.pause({ scope: 'all', paused: false }, operator)
        await settled(bench, done.count)
      })
      return { value: (perRound / ms) * 1_000, cpuMs: cpuMs / perRound }
    },
  }
}

function bareOf(name: string, call: () => Promise<unknown>): Side {
  return {
    name,
    unit: 'per second',
    async round() {
      let left = perRound
      const worker = async () => {
        while (left > 0) {
          left -= 1
          await call()
        }
      }
      const { ms, cpuMs } = await timed(() => Promise.all(Array.from({ length: atOnce }, worker)))
      return { value: (perRound / ms) * 1_000, cpuMs: cpuMs / perRound }
    },
  }
}

/** The same reading with the time of the processor as its value. */
function cpuOf({ name, cpuMs = Number.NaN }: Reading): Reading {
  return { name, value: cpuMs * 1_000, unit: 'µs' }
}

const area = 'Action'
const limitsNote = 'the manifest’s limits are counted as always, with a count of a billion'

async function compare(bench: Bench, one: Case, done: { count: number }): Promise<{ figure: Figure; bare: Reading }> {
  const { name, call } = one.bare(bench.stub)
  const [ours, bare] = (await interleave(rounds, [oursOf(bench, one, done), bareOf(name, call)])) as [Reading, Reading]
  if (one.provider === 'x') {
    const title = `${one.name}: requests a second, ${atOnce} at once, orders queued before; CPU of one action`
    return { figure: { area, title, ours, beside: [bare], bars: [atLeast(0.6, ours, bare)], rounds, note: limitsNote }, bare }
  }
  const [oursCpu, bareCpu] = [cpuOf(ours), cpuOf(bare)]
  const title = `${one.name}: CPU of one action (claim, limits, credential, HTTP, settlement, audit), ${atOnce} at once`
  const judged = { bars: [atMost(1, oursCpu, bareCpu)], rounds, note: limitsNote }
  return { figure: { area, title, ours: oursCpu, beside: [bareCpu], ...judged }, bare }
}

/** What each SDK costs beside the request that it makes. */
async function addedBySdks(stub: string): Promise<Figure> {
  const paths: Readonly<Record<string, string>> = {
    resend: '/emails',
    slack: '/api/chat.postMessage',
    openai: '/v1/chat/completions',
    telegram: '/bot1/sendMessage',
  }
  const sides = cases.flatMap((one) => {
    const path = paths[one.provider]
    const { name, call } = one.bare(stub)
    if (!path) return []
    const plain = async () => {
      const response = await fetch(`${stub}${path}`, { method: 'POST', body: JSON.stringify({ text }) })
      await response.text()
    }
    return [bareOf(name, call), bareOf(`global fetch for ${one.provider}`, plain)]
  })
  const readings = (await interleave(rounds, sides)).map(cpuOf)
  const added = readings.flatMap((sdk, at) => {
    const plain = readings[at + 1]
    return at % 2 === 0 && plain ? [{ ...sdk, name: `${sdk.name} adds`, value: sdk.value - plain.value }] : []
  })
  const [ours = cpuOf({ name: '', value: 0, unit: 'µs' }), ...beside] = added
  return {
    area,
    title: 'What an SDK’s bare call adds to the global fetch of the same answer, CPU of one call',
    ours,
    beside,
    bars: [],
    rounds,
    note: 'No side of this row is Atlas UX',
  }
}

export async function measureAction(): Promise<Figure[]> {
  raiseLimits()
  const stub = await startStub()
  const bench = await openBench(stub.url)
  const done = { count: 0 }
  try {
    const figures: Figure[] = []
    for (const one of cases) figures.push((await compare(bench, one, done)).figure)
    return [...figures, await addedBySdks(stub.url)]
  } finally {
    await bench.running.stop()
    stub.stop()
  }
}
