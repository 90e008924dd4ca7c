/** Circuit breakers: a provider that fails again and again is left alone for a while, then tried with one call. */
import { spans } from '#shared/time'

/** Failures in a row after which a provider is left alone. */
const tolerated = 3
const firstRestMs = 30 * spans.second
const longestRestMs = 10 * spans.minute

export interface CircuitView {
  state: 'closed' | 'open' | 'half_open'
  /** When it is tried again (ms UTC); null unless open. */
  until: number | null
  failures: number
}

export interface Circuits {
  view(key: string): CircuitView
  /** Whether a call may begin; a half-open one lets a single call through until that ended. */
  enter(key: string): boolean
  succeed(key: string): void
  fail(key: string): void
  /** A call ended without saying anything about the provider. */
  leave(key: string): void
}

interface Circuit {
  failures: number
  openUntil: number | null
  restMs: number
  probing: boolean
}

export function createCircuits(now: () => number): Circuits {
  const circuits = new Map<string, Circuit>()

  function at(key: string): Circuit {
    const known = circuits.get(key) ?? { failures: 0, openUntil: null, restMs: firstRestMs, probing: false }
    circuits.set(key, known)
    return known
  }

  function view(key: string): CircuitView {
    const { failures, openUntil } = at(key)
    if (openUntil === null) return { state: 'closed', until: null, failures }
    return openUntil > now() ? { state: 'open', until: openUntil, failures } : { state: 'half_open', until: null, failures }
  }

  return {
    view,
    enter(key) {
      const { state } = view(key)
      const circuit = at(key)
      if (state === 'open' || (state === 'half_open' && circuit.probing)) return false
      circuit.probing = state === 'half_open'
      return true
    },
    succeed: (key) => void circuits.delete(key),
    fail(key) {
      const circuit = at(key)
      const again = circuit.openUntil !== null
      circuit.failures += 1
      circuit.probing = false
      if (!again && circuit.failures < tolerated) return
      if (again) circuit.restMs = Math.min(circuit.restMs * 2, longestRestMs)
      circuit.openUntil = now() + circuit.restMs
    },
    leave(key) {
      at(key).probing = false
    },
  }
}
