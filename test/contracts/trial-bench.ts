/** A provider on its stand-in over real HTTP: runs its actions and keeps all that was told of them. */
import { inspect } from 'node:util'
import type { Action, AnyProvider } from '../../electron/kit/define.ts'
import { stillWorking } from '../../electron/kit/failures.ts'
import { callFailure, makeCall } from '../../electron/kit/make-call.ts'
import type { Sandbox, SandboxResponse, SpecialFault } from '../../electron/sandbox/define.ts'
import { createLedger } from '../../electron/sandbox/ledger.ts'
import { createSandboxServer } from '../../electron/sandbox/server.ts'
import { AppError, type Failure } from '../../shared/failure.ts'
import type { Repeat } from '../../shared/job.ts'
import type { Trial } from './trial.ts'
import { trialMedia } from './trial-media.ts'

/** What one run is made under; all that is left out is as the stand-in brings it. */
export interface Terms {
  credential?: Record<string, unknown>
  endpoint?: string
  signal?: AbortSignal
  beforeEffect?: () => Promise<void>
  /** The same for an attempt that repeats another. */
  key?: string
  /** What an earlier attempt left behind, kept up to date. */
  followed?: Followed
}

export interface Ended {
  output?: unknown
  failure?: Failure
  requests: number
}

export type Bench = Awaited<ReturnType<typeof openBench>>

/** The wait that the stand-in asks for when it names a date. */
export const dateWaitMs = 7_000
const neverMs = 600_000
const mostLooks = 20

/** What an action left behind for its next look. */
export interface Followed {
  looks: number
  progress?: unknown
}

/** Faults that befall the request with the effect alone: what an action asks before it is answered as usual. */
function effectFaults(sandbox: Sandbox): SpecialFault[] {
  const refused = (status: number) => ({ ...sandbox.errorBody(status, 'Broken'), status })
  const answers: Record<string, SandboxResponse> = {
    server_error_at_effect: refused(500),
    unavailable_at_effect: refused(503),
    reset_at_effect: { status: 0, reset: true },
  }
  return Object.entries(answers).map(([id, answer]) => ({
    id,
    title: '',
    effect: '',
    answer: (request) => (sandbox.hasEffect(request) ? answer : undefined),
  }))
}

const halfAnAnswer: SandboxResponse = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: '{"ok":true,"result":{"id',
}

/** The stand-in, with a switch that lets a request have its effect and then answers it with half an answer. */
function breakable(sandbox: Sandbox): Sandbox {
  let broken = false
  const fault: SpecialFault = {
    id: 'malformed_at_effect',
    title: '',
    effect: '',
    answer(request) {
      broken = sandbox.hasEffect(request)
      return undefined
    },
  }
  return {
    ...sandbox,
    faults: [...(sandbox.faults ?? []), fault],
    async handle(request, context) {
      const answer = await sandbox.handle(request, context)
      const breaks = broken && sandbox.hasEffect(request) && answer.status < 300
      broken = false
      return breaks ? halfAnAnswer : answer
    },
  }
}

/** Waits that the common faults do not show: a date, the provider's own form, and no answer at all. */
function trialFaults(sandbox: Sandbox, trial: Trial, at: { now: number; onSilence(): void }): SpecialFault[] {
  const until = new Date(at.now + dateWaitMs).toUTCString()
  const own = trial.ownRetry?.answer
  const plain = { title: '', effect: '' }
  return [
    // Without the provider's own words: a proxy in between may throttle, too.
    { ...plain, id: 'retry_date', answer: () => ({ status: 429, headers: { 'retry-after': until }, body: 'Wait' }) },
    { ...plain, id: 'retry_own', answer: () => own },
    {
      ...plain,
      id: 'silence',
      answer() {
        at.onSilence()
        return { status: 200, delayMs: neverMs }
      },
    },
    {
      ...plain,
      id: 'silence_at_effect',
      answer(request) {
        if (!sandbox.hasEffect(request)) return undefined
        at.onSilence()
        return { status: 200, delayMs: neverMs }
      },
    },
    ...effectFaults(sandbox),
  ]
}

export async function openBench(provider: AnyProvider, sandbox: Sandbox, trial: Trial) {
  // Whole seconds, as HTTP dates know nothing finer.
  const now = Math.floor(Date.now() / 1_000) * 1_000
  const told: string[] = []
  let silenced = Promise.withResolvers<void>()
  const faults = trialFaults(sandbox, trial, { now, onSilence: () => silenced.resolve() })
  const ledger = createLedger(':memory:')
  const breaking = breakable(sandbox)
  const withTrials: Sandbox = { ...breaking, faults: [...(breaking.faults ?? []), ...faults] }
  const server = createSandboxServer({ ledger, sandboxes: [withTrials], now: () => now })
  const { url } = await server.start()

  function callFor(repeat: Repeat, terms: Terms, followed: Followed) {
    return makeCall({
      progress: followed.progress,
      media: async (items) => items.map(trialMedia),
      accepted: async (progress) => {
        followed.progress = progress
      },
      provider,
      tenant: 'acme',
      credential: provider.credential.parse(terms.credential ?? sandbox.demoCredential),
      settings: provider.settings.parse(sandbox.demoSettings) as Record<string, unknown>,
      endpoint: terms.endpoint ?? `${url}/${sandbox.provider}`,
      repeat,
      key: terms.key ?? crypto.randomUUID(),
      signal: terms.signal ?? new AbortController().signal,
      rawFetch: (request) => fetch(request),
      now: () => now,
      beforeEffect: terms.beforeEffect ?? (async () => undefined),
      remember: async (progress) => {
        followed.progress = progress
      },
      replaceCredential: async () => undefined,
      patchSettings: async () => undefined,
      conversations: async () => [],
    })
  }

  async function end(repeat: Repeat, terms: Terms, work: (call: never) => Promise<unknown>): Promise<Ended> {
    const followed = terms.followed ?? { looks: 0 }
    for (;;) {
      const ended = await endOnce(repeat, terms, { work, followed })
      followed.looks += 1
      // What was accepted is asked after until it is live, as the runner does.
      if (ended.failure?.code !== stillWorking || followed.looks > mostLooks) return ended
    }
  }

  async function endOnce(
    repeat: Repeat,
    terms: Terms,
    { work, followed }: { work: (call: never) => Promise<unknown>; followed: Followed },
  ): Promise<Ended> {
    const { call, exchange } = callFor(repeat, terms, followed)
    try {
      const output = await work(call as never)
      told.push(JSON.stringify(output))
      return { output, requests: exchange.requests }
    } catch (error) {
      const failure = callFailure(error, exchange, repeat)
      told.push(JSON.stringify(failure), inspect(error, { depth: 10 }))
      return { failure, requests: exchange.requests }
    }
  }

  return {
    url,
    /** All outputs, failures and errors in words, for whoever looks for secrets in them. */
    told,
    inbox: () => ledger.inbox({ limit: 1_000 }),
    faults: server.faults,
    receive: server.receive,
    run(action: Action, input: unknown, terms: Terms = {}): Promise<Ended> {
      return end(action.repeat, terms, async (call) => {
        const { credential, settings } = call as { credential: never; settings: never }
        const refusal = action.refuses?.(credential, settings)
        if (refusal) throw new AppError(refusal)
        return action.output.parse(await action.run(action.input.parse(input), call))
      })
    },
    check: (terms: Terms = {}) => end('safe', terms, (call) => provider.check.run(call)),
    /** Under a fault, after one good run, so that tokens and the like are at hand. */
    async under<T>(fault: string, work: () => Promise<T>): Promise<T> {
      server.faults.set(sandbox.provider, fault, true)
      try {
        return await work()
      } finally {
        server.faults.set(sandbox.provider, fault, false)
      }
    },
    /** Resolves when a request has arrived that will get no answer. */
    nextSilence() {
      silenced = Promise.withResolvers<void>()
      return silenced.promise
    },
    async close() {
      await server.stop()
      ledger.close()
    },
  }
}

/** A base URL at which nobody listens. */
export async function deadEnd(): Promise<string> {
  const ledger = createLedger(':memory:')
  const server = createSandboxServer({ ledger, sandboxes: [], now: Date.now })
  const { url } = await server.start()
  await server.stop()
  ledger.close()
  return url
}
