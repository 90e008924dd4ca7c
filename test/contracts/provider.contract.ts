/** What every provider owes: one suite, run for each of its actions against its stand-in over real HTTP. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { z } from 'zod'
import type { Action, AnyProvider } from '../../electron/kit/define.ts'
import { fieldsOf, toProviderEntry } from '../../electron/kit/manifest.ts'
import type { Sandbox } from '../../electron/sandbox/define.ts'
import type { Repeat } from '../../shared/job.ts'
import { jobKinds } from '../../shared/job-kinds.ts'
import { SocialPost } from '../../shared/social/post.ts'
import { canary, type Sample, type Trial } from './trial.ts'
import { type Bench, dateWaitMs, deadEnd, openBench } from './trial-bench.ts'

export interface Subject {
  provider: AnyProvider
  sandbox: Sandbox
  trial: Trial
}

/** A lost answer: only of an unsafe action does nobody know whether it went out. */
const lost = (repeat: Repeat) => (repeat === 'unsafe' ? 'unknown' : 'unavailable')

/** What a fault must be taken for. */
const faultKinds: readonly { fault: string; kind: (repeat: Repeat) => string; waitMs?: number }[] = [
  { fault: 'unauthorized', kind: () => 'unauthorized' },
  { fault: 'forbidden', kind: () => 'forbidden' },
  { fault: 'rate_limited', kind: () => 'rate_limited', waitMs: 5_000 },
  { fault: 'retry_date', kind: () => 'rate_limited', waitMs: dateWaitMs },
  { fault: 'server_error', kind: lost },
  { fault: 'unavailable', kind: lost },
  { fault: 'reset', kind: lost },
]

/** Faults that leave it open whether something happened are aimed at the request with the effect. */
const doubtful = new Set(['server_error', 'unavailable', 'reset', 'malformed', 'silence'])
const aimed = (fault: string, repeat: Repeat) => (repeat === 'unsafe' && doubtful.has(fault) ? `${fault}_at_effect` : fault)

export function describeProvider(subject: Subject): void {
  const { provider, sandbox, trial } = subject
  describe(provider.id, () => {
    let bench: Bench
    beforeAll(async () => {
      bench = await openBench(provider, sandbox, trial)
    })
    afterAll(() => bench.close())
    afterEach(() => expectNoSecret(subject, bench))

    describeManifest(subject)
    describeCheck(subject, () => bench)
    for (const [id, sample] of Object.entries(trial.actions)) {
      const action = provider.actions[id]
      if (action && !sample.triedIn) describerOf(action, sample)({ id, action, sample, subject, bench: () => bench })
    }
  })
}

/** Whether people do all of it: such a provider speaks to nobody, has no host and needs no secret. */
function isByHand(provider: AnyProvider): boolean {
  return Object.values(provider.actions).every(({ assist }) => assist !== undefined)
}

function describerOf(action: Action, sample: Sample): (tried: Tried) => void {
  if (action.assist) return describeByHand
  return sample.refused ? describeNever : describeAction
}

function expectNoSecret({ provider, sandbox }: Subject, bench: Bench): void {
  const secretFields = fieldsOf(provider.credential).filter(({ secret }) => secret)
  const secrets = secretFields.map(({ name }) => sandbox.demoCredential[name]).filter((value) => typeof value === 'string')
  const all = [...bench.told, JSON.stringify(bench.inbox())].join('\n')
  for (const secret of [canary, ...secrets]) {
    expect(all.includes(secret), 'a secret was told').toBe(false)
    expect(all.includes(encodeURIComponent(secret)), 'a secret was told').toBe(false)
  }
}

function describeManifest({ provider, sandbox, trial }: Subject): void {
  test('the suite has a sample of every action, and no other', () => {
    expect(Object.keys(trial.actions).sort()).toEqual(Object.keys(provider.actions).sort())
  })

  test('its schemas can be projected, and what it refers to is https', () => {
    const entry = toProviderEntry(provider)
    for (const { source } of [...entry.actions, ...entry.limits]) expect(source).toMatch(/^https:\/\//)
    for (const base of Object.values(provider.endpoints)) expect(base).toMatch(/^https:\/\/[^/]+$/)
    if (!isByHand(provider)) expect(entry.settings.properties).toHaveProperty('endpoint')
  })

  test('it serves a job kind with an action whose input is the input of the kind', () => {
    for (const [kind, id] of Object.entries(provider.serves)) {
      expect(provider.actions[id ?? '']?.input).toBe(jobKinds[kind as keyof typeof jobKinds])
    }
  })

  test('it publishes with actions whose input is the post of the platform', () => {
    for (const [platform, id] of Object.entries(provider.publishes ?? {})) {
      const post = SocialPost.options.find(({ shape }) => shape.platform.value === platform)
      expect(provider.actions[id ?? '']?.input).toBe(post)
    }
  })

  test('unknown fields are refused by name', () => {
    for (const action of Object.values(provider.actions)) {
      const parsed = action.input.safeParse({ surprise: 1 })
      expect(JSON.stringify(parsed.error?.issues)).toContain('surprise')
    }
    expect(provider.credential.safeParse({ ...sandbox.demoCredential, surprise: 1 }).success).toBe(false)
    expect(provider.settings.safeParse({ ...sandbox.demoSettings, surprise: 1 }).success).toBe(false)
  })

  test('what is secret in its credential is marked, and every field has a title', () => {
    for (const { name, title, secret } of fieldsOf(provider.credential)) {
      expect(title).not.toBe(name)
      if (/token|secret|key|password|cache/i.test(name)) expect(secret, name).toBe(true)
    }
  })
}

function describeCheck({ provider, trial }: Subject, bench: () => Bench): void {
  test('the check names the account', async () => {
    const { output, requests } = await bench().check()
    expect(output).toMatchObject({ account: { id: expect.stringMatching(/./), name: expect.stringMatching(/./) } })
    expect(requests > 0).toBe(!isByHand(provider))
    expect(bench().inbox()).toEqual([])
  })

  if (isByHand(provider)) return

  test('the check refuses a wrong credential', async () => {
    expect(await bench().check({ credential: trial.wrongCredential })).toMatchObject({ failure: { kind: 'unauthorized' } })
  })

  test('the check knows a refused credential from a service that is down', async () => {
    await bench().under('unauthorized', async () => {
      expect(await bench().check()).toMatchObject({ failure: { kind: 'unauthorized' } })
    })
    await bench().under('server_error', async () => {
      expect(await bench().check()).toMatchObject({ failure: { kind: 'unavailable' } })
    })
  })
}

interface Tried {
  id: string
  action: Action
  sample: Sample
  subject: Subject
  bench: () => Bench
}

/** What a person does with our help: the words to copy, the page to open, the steps; no request is ever made. */
function describeByHand({ id, action, sample, subject, bench }: Tried): void {
  describe(id, () => {
    test('it hands a person all that is needed', () => {
      const input = action.input.parse(sample.input) as { text?: string; link?: string }
      const settings = subject.provider.settings.parse(subject.sandbox.demoSettings) as never
      const assist = action.assist?.(input, settings)
      expect(assist?.page).toMatch(/^https:\/\//)
      expect(assist?.steps.length).toBeGreaterThan(0)
      for (const part of [input.text, input.link]) expect(assist?.text).toContain(part ?? '')
      expect(action.subject(longest(action.input, input)).length).toBeLessThanOrEqual(120)
    })

    test('it is never done without one', async () => {
      expect(subject.provider.endpoints).toEqual({})
      expect(await bench().run(action, sample.input)).toMatchObject({ failure: { kind: 'unsupported' }, requests: 0 })
    })
  })
}

/** What nobody can do: refused in words with the nearest thing that works, before any request. */
function describeNever({ id, action, sample, bench }: Tried): void {
  test(`${id} is refused in words before anything is asked, with a way around`, async () => {
    const ended = await bench().run(action, sample.input)
    expect(ended).toMatchObject({ failure: { kind: 'unsupported', action: { label: expect.stringMatching(/./) } }, requests: 0 })
    expect(action.subject(action.input.parse(sample.input)).length).toBeLessThanOrEqual(120)
  })
}

function describeAction(tried: Tried): void {
  describe(tried.id, () => {
    describeSuccess(tried)
    describeRefusals(tried)
    describeLostAnswers(tried)
  })
}

function describeSuccess({ action, sample, subject, bench }: Tried): void {
  const { input } = sample
  const hasEffect = action.repeat !== 'safe'

  test('it goes through; only what is told to have an effect has one', async () => {
    const before = bench().inbox().length
    const ended = await bench().run(action, input)
    expect(ended.failure).toBeUndefined()
    expect(action.output.safeParse(ended.output).success).toBe(true)
    expect(bench().inbox().length > before).toBe(hasEffect)
  })

  test('it is announced before it has an effect, and does nothing when that is refused', async () => {
    const before = bench().inbox().length
    const beforeEffect = vi.fn(() => Promise.reject(new Error('the audit cannot be written')))
    const ended = await bench().run(action, input, { beforeEffect })
    expect(ended.failure !== undefined).toBe(hasEffect)
    expect(beforeEffect).toHaveBeenCalledTimes(hasEffect ? 1 : 0)
    expect(bench().inbox()).toHaveLength(before)
  })

  test('it has words for a list and asks buckets that have a limit', () => {
    const parsed = action.input.parse(input)
    const subjectLine = action.subject(parsed)
    expect(subjectLine.length).toBeGreaterThan(0)
    expect(action.subject(longest(action.input, parsed)).length).toBeLessThanOrEqual(120)
    const limits = subject.provider.limits.map(({ bucket }) => bucket)
    const settings = subject.provider.settings.parse(subject.sandbox.demoSettings) as never
    for (const bucket of action.buckets?.(parsed, settings) ?? []) expect(limits).toContain(bucket.split(':', 1)[0])
  })
}

/** The input with every text at a length at which a list would cut it, where the schema takes that. */
function longest(schema: z.ZodType, input: unknown): unknown {
  const stretched = Object.fromEntries(
    Object.entries(input as Record<string, unknown>).map(([name, value]) => {
      const long = typeof value === 'string' ? `${value} ${'x'.repeat(90)}` : value
      return [name, schema.safeParse({ ...(input as object), [name]: long }).success ? long : value]
    }),
  )
  return schema.parse(stretched)
}

function describeRefusals({ action, sample, subject, bench }: Tried): void {
  const { input } = sample
  const { repeat } = action

  test('a wrong credential is unauthorized', async () => {
    const before = bench().inbox().length
    const ended = await bench().run(action, input, { credential: subject.trial.wrongCredential })
    expect(ended).toMatchObject({ failure: { kind: 'unauthorized' } })
    expect(bench().inbox()).toHaveLength(before)
  })

  test.each(faultKinds)('$fault is taken for what it is', async ({ fault, kind, waitMs }) => {
    await bench().run(action, input)
    const before = bench().inbox().length
    const { failure } = await bench().under(aimed(fault, repeat), () => bench().run(action, input))
    expect(failure).toMatchObject({ kind: kind(repeat), ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) })
    expect(bench().inbox()).toHaveLength(before)
  })

  const { ownRetry } = subject.trial
  if (!ownRetry) return
  test('a time to wait in its own form is read', async () => {
    const { failure } = await bench().under('retry_own', () => bench().run(action, input))
    expect(failure).toMatchObject({ kind: 'rate_limited', retryAfterMs: ownRetry.waitMs })
  })
}

function describeLostAnswers({ action, sample, bench }: Tried): void {
  const { input } = sample
  const { repeat } = action
  const hasEffect = repeat !== 'safe'

  test('nobody listening is unavailable: certainly not sent', async () => {
    const { failure } = await bench().run(action, input, { endpoint: await deadEnd() })
    expect(failure).toMatchObject({ kind: 'unavailable' })
  })

  test('an answer that cannot be read', async () => {
    await bench().run(action, input)
    const { failure } = await bench().under(hasEffect ? 'malformed_at_effect' : 'malformed', () => bench().run(action, input))
    // An effect that was confirmed is asked after with its key, or by a person; a question was answered badly.
    const kinds = { safe: 'unexpected', keyed: 'unavailable', unsafe: 'unknown' } as const
    expect(failure?.kind).toBe(kinds[repeat])
  })

  test('the deadline', async () => {
    await bench().run(action, input)
    const deadline = new AbortController()
    const spied = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => deadline.signal)
    const arrived = bench().nextSilence()
    const { failure } = await bench().under(aimed('silence', repeat), async () => {
      const ended = bench().run(action, input)
      await arrived
      deadline.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
      return ended
    })
    spied.mockRestore()
    expect(failure).toMatchObject({ kind: lost(repeat) })
  })

  test('being stopped while it waits for the answer', async () => {
    await bench().run(action, input)
    const stop = new AbortController()
    const arrived = bench().nextSilence()
    const { failure } = await bench().under(hasEffect ? 'silence_at_effect' : 'silence', async () => {
      const ended = bench().run(action, input, { signal: stop.signal })
      await arrived
      stop.abort()
      return ended
    })
    expect(failure).toMatchObject({ kind: repeat === 'safe' ? 'cancelled' : lost(repeat) })
  })

  if (repeat === 'safe') return
  test('a connection cut after receipt: it went out, and nobody here can know', async () => {
    await bench().run(action, input)
    const before = bench().inbox().length
    const { failure } = await bench().under('reset_after_receipt', () => bench().run(action, input))
    expect(failure).toMatchObject({ kind: lost(repeat) })
    expect(bench().inbox().length).toBeGreaterThan(before)
  })
}
