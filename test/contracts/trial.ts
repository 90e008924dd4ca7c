/** What the contract suite tries each provider with: an order its stand-in takes, and a credential it does not. */
import type { SandboxResponse } from '../../electron/sandbox/define.ts'

/** Part of every wrong credential; must be told nowhere. */
export const canary = 'canary0123456789abcdef'

export interface Sample {
  input: Record<string, unknown>
  /** Set where the action does not go by HTTP: the folder of the suite that tries it instead. */
  triedIn?: string
  /** Set where no credential can do it: the action is there to say so, and to name the nearest thing that works. */
  refused?: true
}

export interface Trial {
  /** Well-formed, and accepted nowhere. */
  wrongCredential: Record<string, unknown>
  /** How the provider names a time to wait otherwise than by `Retry-After`. */
  ownRetry?: { answer: SandboxResponse; waitMs: number }
  actions: Readonly<Record<string, Sample>>
}
