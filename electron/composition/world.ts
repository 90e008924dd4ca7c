/** The outside world as the composition root is handed it: all that is impure. */
import type { Listen } from '../engine/oauth/sign-ins.ts'
import type { RawFetch } from '../kit/fetch.ts'
import type { Wire } from '../kit/plain-wire.ts'

export interface World {
  host: 'desktop' | 'serve' | 'worker'
  dataDir: string
  version: string
  environment: Readonly<Record<string, string | undefined>>
  now(): number
  /** Milliseconds that only go forward, whatever is done to the clock. */
  monotonic(): number
  /** A number in [0, 1). */
  dice(): number
  fetch: RawFetch
  /** Carries plain requests of providers at less cost than `fetch`; closed at the stop. */
  wire?: Wire
  /** Listens on loopback for one sign-in. */
  listenForSignIn: Listen
  /** Address of REST, once it is known. */
  restUrl(): string | null
  concurrency?: number
}
