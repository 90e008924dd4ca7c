/** Long polls of the stand-ins: who waits until a pretended person writes. */

export interface Waiting {
  /** Resolves when somebody writes to the provider, the time is over, or the signal fires. */
  until(provider: string, ms: number, signal: AbortSignal): Promise<void>
  wake(provider: string): void
}

export function createWaiting(): Waiting {
  const waiters = new Set<{ provider: string; wake: () => void }>()
  return {
    until(provider, ms, signal) {
      if (signal.aborted || ms <= 0) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      const waiter = { provider, wake: () => resolve() }
      const timer = setTimeout(resolve, ms)
      waiters.add(waiter)
      signal.addEventListener('abort', waiter.wake, { once: true })
      return promise.finally(() => {
        clearTimeout(timer)
        waiters.delete(waiter)
        signal.removeEventListener('abort', waiter.wake)
      })
    },
    wake(provider) {
      for (const waiter of waiters) if (waiter.provider === provider) waiter.wake()
    },
  }
}
