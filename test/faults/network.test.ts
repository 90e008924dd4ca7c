/** Every provider's client behind a network that breaks in every way: right class, no double, no hang, nothing left open. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Action, AnyProvider } from '../../electron/kit/define.ts'
import { catalog } from '../../electron/providers/catalog.ts'
import { sandboxes } from '../../electron/sandbox/catalog.ts'
import { trials } from '../contracts/samples.ts'
import type { Sample } from '../contracts/trial.ts'
import { type Bench, type Followed, openBench, type Terms } from '../contracts/trial-bench.ts'
import { type Breakage, breakages, retryAfters } from './breakages.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { type Ended, faultsOf } from './judge-endings.ts'
import { createDice, nightly, report, scaled, seed } from './scale.ts'

interface Tried {
  name: string
  action: Action
  sample: Sample
}

interface Line {
  provider: AnyProvider
  bench: Bench
  proxy: FaultProxy
  tried: Tried[]
}

/** How long a request may take at most in the product; short runs let the clock of deadlines go so much faster. */
const deadlineMs = 60_000
const shortDeadlineMs = 400
const rounds = scaled(1, 8)
const endMs = scaled(15_000, 30_000)
/** Long enough for a closed socket to be told. */
const closingMs = 2_000

const dice = createDice(seed)
const counts = { runs: 0, hung: 0, requests: 0, wrong: 0 }
const unhandled: unknown[] = []
const lines: Line[] = []

/** The action with an effect where there is one; all of them at night. */
function chosen(provider: AnyProvider, samples: Readonly<Record<string, Sample>>): Tried[] {
  const all = Object.entries(samples).flatMap(([id, sample]): Tried[] => {
    const action = provider.actions[id]
    const byHttp = action && !action.assist && !sample.triedIn && !sample.refused
    return byHttp ? [{ name: `${provider.id}.${id}`, action, sample }] : []
  })
  if (nightly) return all
  const first = all.find(({ action }) => action.repeat !== 'safe')
  return first ? [first] : all.slice(0, 1)
}

const onUnhandled = (error: unknown) => unhandled.push(error)

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled)
  for (const id of Object.keys(catalog) as (keyof typeof catalog)[]) {
    const provider: AnyProvider = catalog[id]
    const tried = chosen(provider, trials[id].actions)
    if (tried.length === 0) continue
    const bench = await openBench(provider, sandboxes[id], trials[id])
    lines.push({ provider, bench, proxy: await startFaultProxy(bench.url), tried })
  }
})

afterEach(() => vi.restoreAllMocks())

afterAll(async () => {
  process.off('unhandledRejection', onUnhandled)
  for (const { bench, proxy } of lines) {
    await proxy.stop()
    await bench.close()
  }
  report(
    `network: seed ${seed}, ${Object.keys(breakages).length - 1} kinds of fault and ${retryAfters.length} forms of Retry-After against ${lines.length} providers: ${counts.runs} runs (${counts.hung} of them unanswered), ${counts.requests} requests; ${counts.wrong} in a wrong class, doubled, late or left open, ${unhandled.length} unhandled`,
  )
})

/** Running number of what arrived last. */
const newest = (bench: Bench) => Number(/\d+$/.exec(bench.inbox()[0]?.id ?? '0')?.[0])

/** Writing the same over itself is one effect, though the stand-in tells each writing. */
const overwriting = new Set(['apple.record.save', 'supabase.file.upload'])

function arrivedSince(bench: Bench, before: number, writesOver: boolean): number {
  const count = newest(bench) - before
  if (!writesOver) return count
  const all = bench.inbox().slice(0, count)
  return new Set(all.map(({ title, to, text }) => JSON.stringify([title, to, text]))).size
}

async function closed(proxy: FaultProxy): Promise<number> {
  const endsAt = performance.now() + closingMs
  while (proxy.open() > 0 && performance.now() < endsAt) await new Promise((resolve) => setTimeout(resolve, 2))
  return proxy.open()
}

type Attempt = (terms: Terms) => Promise<{ failure?: { kind: Ended['kind']; retryAfterMs?: number | undefined } | undefined }>

interface Usual {
  arrived: number
  requests: number
}

async function usualOf({ bench, proxy }: Line, attempt: Attempt): Promise<Usual> {
  // Tokens are fetched and pages are found by a first run.
  await attempt({})
  proxy.choose(() => undefined)
  const before = newest(bench)
  const { failure } = await attempt({})
  if (failure) throw new Error(`the way through is broken: ${JSON.stringify(failure)}`)
  return { arrived: newest(bench) - before, requests: proxy.requests() }
}

/** Resolves with nothing when it takes too long. */
function orGivenUp<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

interface Aimed {
  fault: string
  at: number
  usual: Usual
  repeat: Ended['repeat']
  attempt: Attempt
  mostMs: number
  writesOver?: boolean
}

/** One order through a network that breaks at its n-th request, then the same order again where the product would. */
async function endingOf({ bench, proxy }: Line, aimed: Aimed): Promise<Ended> {
  const { fault, at, usual, repeat, attempt, mostMs, writesOver = false } = aimed
  const terms = { key: crypto.randomUUID(), followed: { looks: 0 } as Followed }
  const before = newest(bench)
  proxy.choose((nth) => (nth === at ? fault : undefined))
  const startedAt = performance.now()
  const ended = await orGivenUp(attempt(terms), mostMs + 1_000)
  const tookMs = performance.now() - startedAt
  const requests = proxy.requests()
  counts.requests += requests
  counts.runs += 1
  const open = await closed(proxy)
  const arrived = newest(bench) - before
  const kind = ended?.failure?.kind
  proxy.choose(() => undefined)
  const again = kind === 'unavailable' || kind === 'rate_limited'
  const remembered = 'progress' in terms.followed
  if (again) await attempt({ ...terms, followed: { ...terms.followed, looks: 0 } })
  return {
    ends: (breakages[fault] as Breakage).ends,
    repeat,
    kind,
    retryAfterMs: ended?.failure?.retryAfterMs,
    arrived,
    usual: usual.arrived,
    arrivedInAll: again ? arrivedSince(bench, before, writesOver) : undefined,
    tookMs,
    mostMs,
    open,
    requests,
    usualRequests: usual.requests,
    remembered,
  }
}

/** At one request of the order in a short run, at each of its first six in a long one. */
function places(requests: number): number[] {
  return nightly ? Array.from({ length: Math.min(requests, 6) }, (_, at) => at + 1) : [1 + Math.floor(dice() * requests)]
}

async function tryAll(line: Line, faults: readonly string[], mostMs: number): Promise<string[]> {
  const wrong: string[] = []
  for (const { name, action, sample } of line.tried) {
    const attempt: Attempt = (terms) =>
      line.bench.run(action, sample.input, { ...terms, endpoint: `${line.proxy.url}/${line.provider.id}` })
    const usual = await usualOf(line, attempt)
    for (const fault of faults) {
      for (const at of places(usual.requests)) {
        const ended = await endingOf(line, {
          fault,
          at,
          usual,
          repeat: action.repeat,
          attempt,
          mostMs,
          writesOver: overwriting.has(name),
        })
        wrong.push(...faultsOf(ended).map((told) => `${name}, ${fault} at request ${at} of ${usual.requests}: ${told}`))
      }
    }
  }
  counts.wrong += wrong.length
  return wrong
}

const named = Object.entries(breakages) as [string, Breakage][]
const answering = named.filter(([, { hangs }]) => !hangs).map(([name]) => name)
const hanging = named.filter(([, { hangs }]) => hangs).map(([name]) => name)

/** Lets the deadlines of the product run out sooner, and no other timer. */
function hurryDeadlines(): void {
  const timeout = AbortSignal.timeout.bind(AbortSignal)
  const later = globalThis.setTimeout
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms === deadlineMs ? shortDeadlineMs : ms))
  const hurried = (run: () => void, ms?: number) => later(run, ms === deadlineMs ? shortDeadlineMs : ms)
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(hurried as typeof setTimeout)
}

describe('what breaks is told as what it is, once, and leaves nothing behind', () => {
  test.each(
    (Object.keys(catalog) as (keyof typeof catalog)[]).filter((id) => chosen(catalog[id], trials[id].actions).length > 0),
  )('%s', async (id) => {
    const line = lines.find(({ provider }) => provider.id === id)
    if (!line) throw new Error(`${id} was not opened`)
    const wrong: string[] = []
    for (let round = 0; round < rounds; round += 1) wrong.push(...(await tryAll(line, answering, endMs)))
    expect(wrong).toEqual([])
  })

  test('what never answers ends with the deadline, at every provider', async () => {
    if (!nightly) hurryDeadlines()
    const before = counts.runs
    const wrong = await Promise.all(lines.map((line) => tryAll(line, hanging, scaled(endMs, deadlineMs + 10_000))))
    counts.hung += counts.runs - before
    expect(wrong.flat()).toEqual([])
  })
})

describe('a client without our defences would be seen', () => {
  const telegram = () => lines.find(({ provider }) => provider.id === 'telegram') as Line
  const send = (signal?: AbortSignal) =>
    fetch(`${telegram().proxy.url}/telegram/bot${sandboxes.telegram.demoCredential.botToken}/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ chat_id: 100200300, text: 'naive' }),
      signal: signal ?? null,
    })
  const usual = { arrived: 1, requests: 1 }
  const through = (fault: string, attempt: Attempt, mostMs = endMs) =>
    endingOf(telegram(), { fault, at: 1, usual, repeat: 'unsafe', attempt, mostMs }).then(faultsOf)

  test('one that tries again after a cut connection', async () => {
    const attempt = async () => {
      const response = await send().catch(() => send())
      await response.text()
      return {}
    }
    const found = await through('reset after the effect', attempt)
    expect(found).toContain('arrived 2 times instead of 1')
  })

  test('one that takes a cut connection for something that was not sent', async () => {
    const found = await through('reset after the effect', async () => {
      const kind = await send().then(
        () => undefined,
        () => 'unavailable' as const,
      )
      return { failure: { kind } }
    })
    expect(found).toContain('will be sent again by itself (unavailable) though it arrived')
  })

  test('one that believes every 200', async () => {
    const found = await through('another page (captive portal)', async () => {
      await (await send()).text()
      return {}
    })
    expect(found).toContain('succeeded, and 0 of 1 arrived')
  })

  test('one without a deadline, and one that forgets its connection', async () => {
    const stop = new AbortController()
    const found = await through('no answer', () => send(stop.signal).then(() => ({})), 300)
    stop.abort()
    expect(found.join('; ')).toMatch(/took .* of at most 300; left 1 connections open/)
    const kept: Response[] = []
    const forgetting = await through('a body without end', async () => {
      kept.push(await send())
      return { failure: { kind: 'unknown' } }
    })
    expect(forgetting).toEqual(['left 1 connections open'])
    for (const response of kept) await response.body?.cancel()
  })

  test('one that waits as long as it is told', () => {
    const fine: Ended = {
      ends: 'throttled',
      repeat: 'unsafe',
      kind: 'rate_limited',
      arrived: 0,
      usual: 1,
      tookMs: 1,
      mostMs: 2,
      open: 0,
      requests: 1,
      usualRequests: 1,
      remembered: false,
    }
    expect(faultsOf(fine)).toEqual([])
    expect(faultsOf({ ...fine, retryAfterMs: 1e15 })).toEqual(['waits 1000000000000000 ms'])
    expect(faultsOf({ ...fine, requests: 60 })).toEqual(['made 60 requests instead of 1'])
    expect(faultsOf({ ...fine, ends: 'fine' })).toEqual(['is told as rate_limited'])
  })
})

test('nothing was rejected that nobody heard', () => {
  expect(unhandled).toEqual([])
})
