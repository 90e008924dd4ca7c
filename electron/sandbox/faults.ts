/** Fault switches of the stand-ins: a table of what any service may do wrong, beside what each brings itself. */
import type { SandboxFault } from '#shared/contract/system'
import { failed } from '#shared/failure'
import type { Sandbox, SandboxRequest, SandboxResponse } from './define.ts'

/** How a fault shapes an answer. `handle` lets the request have its effect and answers as usual. */
type Shape = (handle: () => Promise<SandboxResponse>) => Promise<SandboxResponse>

interface CommonFault {
  id: string
  title: string
  effect: string
  /** Whether it takes requests with an effect alone. */
  effectsOnly?: true
  shape(sandbox: Sandbox): Shape
}

const retryAfterSeconds = 5
const slowMs = 5_000

/** Refuses in the provider's own words, before anything happens. */
function refusal(status: number, reason: string, headers: Record<string, string> = {}) {
  return (sandbox: Sandbox): Shape =>
    async () => {
      const worded = sandbox.errorBody(status, reason)
      return { status: worded.status ?? status, headers: { ...worded.headers, ...headers }, body: worded.body }
    }
}

async function broken(handle: () => Promise<SandboxResponse>): Promise<SandboxResponse> {
  const answer = await handle()
  const fine = answer.status >= 200 && answer.status < 300
  return fine ? { status: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":true,"result":{"id' } : answer
}

const commonFaults: readonly CommonFault[] = [
  {
    id: 'rate_limited',
    title: 'Too many requests (429)',
    effect: `Requests are refused with 429 and Retry-After: ${retryAfterSeconds}.`,
    shape: refusal(429, `Too Many Requests: retry after ${retryAfterSeconds}`, { 'retry-after': `${retryAfterSeconds}` }),
  },
  {
    id: 'unauthorized',
    title: 'Credential refused (401)',
    effect: 'Requests are refused as if the credential were wrong.',
    shape: refusal(401, 'Unauthorized'),
  },
  {
    id: 'forbidden',
    title: 'Permission missing (403)',
    effect: 'Requests are refused as if a permission were missing.',
    shape: refusal(403, 'Forbidden'),
  },
  {
    id: 'server_error',
    title: 'Server error (500)',
    effect: 'Requests fail with 500; nothing happens.',
    shape: refusal(500, 'Internal Server Error'),
  },
  {
    id: 'unavailable',
    title: 'Out of service (503)',
    effect: 'Requests fail with 503, which names no time to come back.',
    shape: refusal(503, 'Service Unavailable'),
  },
  {
    id: 'slow',
    title: 'Slow',
    effect: `Requests take effect at once and are answered after ${slowMs / 1_000} seconds.`,
    shape: () => async (handle) => ({ ...(await handle()), delayMs: slowMs }),
  },
  {
    id: 'reset',
    title: 'Connection cut before anything happens',
    effect: 'The connection is cut and nothing happens; whoever sent cannot know that.',
    shape: () => async () => ({ status: 0, reset: true }),
  },
  {
    id: 'reset_after_receipt',
    title: 'Connection cut after receipt',
    effect: 'The message arrives, then the connection is cut instead of an answer.',
    effectsOnly: true,
    shape: () => async (handle) => ({ ...(await handle()), reset: true }),
  },
  {
    id: 'malformed',
    title: 'Answer cannot be read',
    effect: 'Requests take effect and are answered 200 with broken JSON.',
    shape: () => broken,
  },
]

export interface Faults {
  list(): SandboxFault[]
  /** Switches on until off, or for the next `count` requests it fits. */
  set(provider: string, fault: string, active: boolean, count?: number): void
  /** How the fault in force shapes this request's answer, counted down; undefined when none is. */
  take(sandbox: Sandbox, request: SandboxRequest): Shape | undefined
}

/** Requests left, or null until switched off. */
interface Switched {
  left: number | null
}

export function createFaults(sandboxes: readonly Sandbox[]): Faults {
  const on = new Map<string, Switched>()
  const keyOf = (provider: string, fault: string) => `${provider}/${fault}`

  function used(key: string): void {
    const state = on.get(key)
    if (!state || state.left === null) return
    state.left -= 1
    if (state.left <= 0) on.delete(key)
  }

  function takeSpecial({ provider, faults = [] }: Sandbox, request: SandboxRequest): Shape | undefined {
    for (const { id, answer } of faults) {
      if (!on.has(keyOf(provider, id))) continue
      const response = answer(request)
      if (!response) continue
      used(keyOf(provider, id))
      return async () => response
    }
    return undefined
  }

  /** A counted fault is meant for what an operator does next: a long poll passes it by. */
  function fits(fault: CommonFault, { left }: Switched, sandbox: Sandbox, request: SandboxRequest): boolean {
    if (fault.effectsOnly) return sandbox.hasEffect(request)
    return left === null || !sandbox.isLongPoll?.(request)
  }

  function takeCommon(sandbox: Sandbox, request: SandboxRequest): Shape | undefined {
    for (const fault of commonFaults) {
      const key = keyOf(sandbox.provider, fault.id)
      const state = on.get(key)
      if (!state || !fits(fault, state, sandbox, request)) continue
      used(key)
      return fault.shape(sandbox)
    }
    return undefined
  }

  function known(provider: string): { id: string; title: string; effect: string }[] {
    const sandbox = sandboxes.find((one) => one.provider === provider)
    return sandbox ? [...(sandbox.faults ?? []), ...commonFaults] : []
  }

  return {
    list: () =>
      sandboxes.flatMap(({ provider }) =>
        known(provider).map(({ id, title, effect }) => {
          const state = on.get(keyOf(provider, id))
          return { provider, fault: id, title, effect, active: state !== undefined, count: state?.left ?? null }
        }),
      ),
    set(provider, fault, active, count) {
      if (!known(provider).some(({ id }) => id === fault)) {
        throw failed('not_found', `The stand-in of ${provider} has no fault "${fault}".`)
      }
      if (active) on.set(keyOf(provider, fault), { left: count ?? null })
      else on.delete(keyOf(provider, fault))
    },
    take: (sandbox, request) => takeSpecial(sandbox, request) ?? takeCommon(sandbox, request),
  }
}
