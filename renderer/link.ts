/** Carries calls to the engine over whichever wire there is, and builds a new one when it breaks. */
import { type ClientContext, type ClientLink, type ClientOptions, ORPCError } from '@orpc/client'
import { failed } from '#shared/failure'
import type { LinkStatus } from './stores/link-state.ts'

/** One open wire. `closed` settles when it can carry nothing more. */
export interface Wire<C extends ClientContext> {
  link: ClientLink<C>
  closed: Promise<void>
}

/** How to open a wire. Answers `signed_out` when the other side wants a sign-in first. */
export type OpenWire<C extends ClientContext> = () => Promise<Wire<C> | 'signed_out'>

export interface LinkOptions<C extends ClientContext> {
  open: OpenWire<C>
  onStatus: (status: LinkStatus) => void
  /** Waits between attempts; injected so that a test need not wait. */
  pause: (ms: number) => Promise<void>
  /** How long a call waits for a wire before it is refused. */
  patienceMs: number
}

/** Longest wait between two attempts to reach the engine. */
const longestPauseMs = 5_000

/** Makes the link and starts to connect. `reconnect` tries again at once, for instance after a sign-in. */
export function createLink<C extends ClientContext>({ open, onStatus, pause, patienceMs }: LinkOptions<C>) {
  let current: Wire<C> | undefined
  let waiting: Array<(wire: Wire<C>) => void> = []
  let running = false

  async function openOnce(): Promise<Wire<C> | 'signed_out' | undefined> {
    try {
      return await open()
    } catch {
      // The reason is always the same here (the engine is not there yet); the status says so, and the loop tries again.
      return undefined
    }
  }

  async function keepOpen(): Promise<void> {
    if (running) return
    running = true
    for (let attempt = 0; ; attempt++) {
      const wire = await openOnce()
      if (wire === 'signed_out') {
        running = false
        onStatus('signed_out')
        return
      }
      if (wire) {
        attempt = 0
        await serve(wire)
      }
      onStatus('lost')
      await pause(Math.min(250 * 2 ** attempt, longestPauseMs))
    }
  }

  async function serve(wire: Wire<C>): Promise<void> {
    current = wire
    const callers = waiting
    waiting = []
    onStatus('open')
    for (const resume of callers) resume(wire)
    await wire.closed
    current = undefined
  }

  function wire(): Promise<Wire<C>> {
    if (current) return Promise.resolve(current)
    return new Promise((resolve, reject) => {
      const refuse = () => {
        waiting = waiting.filter((entry) => entry !== resume)
        reject(
          failed('unavailable', 'Atlas UX on this machine cannot be reached, so nothing was sent. It is tried again by itself.'),
        )
      }
      const timer = setTimeout(refuse, patienceMs)
      const resume = (open: Wire<C>) => {
        clearTimeout(timer)
        resolve(open)
      }
      waiting.push(resume)
    })
  }

  const link: ClientLink<C> = {
    async call(path: readonly string[], input: unknown, options: ClientOptions<C>) {
      const { link } = await wire()
      try {
        return await link.call(path, input, options)
      } catch (error) {
        if (error instanceof ORPCError || options.signal?.aborted) throw error
        throw failed(
          'unknown',
          'The link to Atlas UX broke before the answer came. Look whether it was done before you repeat it.',
        )
      }
    },
  }
  void keepOpen()
  return { link, reconnect: () => void keepOpen() }
}
