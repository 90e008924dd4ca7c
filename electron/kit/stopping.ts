/** Makes waiting end when it is told to, whatever is waited for. */

/**
 * Settles as the work does, or rejects as soon as one of the signals aborts.
 *
 * Why   a fetch whose request object was collected no longer hears its signal, and a stop would wait for a long poll to end
 */
export function orStopped<T>(work: Promise<T>, signals: readonly AbortSignal[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const stops = signals.map((signal) => {
      const stop = () => reject(signal.reason)
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
      return () => signal.removeEventListener('abort', stop)
    })
    work.then(resolve, reject).finally(() => {
      for (const stop of stops) stop()
    })
  })
}

/** Signals and a deadline as one. */
export interface Stops {
  /** Called at once where it is stopped already. */
  whenStopped(stop: (reason: unknown) => void): void
  /** Nobody waits any more. */
  end(): void
}

/**
 * Listens to some signals, and to a deadline where `ms` is given.
 *
 * Why   for thousands of requests a minute, `AbortSignal.any` and `AbortSignal.timeout` cost as much as the rest of a request
 */
export function stopsOf(signals: readonly AbortSignal[], ms: number | undefined): Stops {
  let told: ((reason: unknown) => void) | undefined
  let stopped: { reason: unknown } | undefined
  function stop(reason: unknown): void {
    stopped ??= { reason }
    told?.(stopped.reason)
  }
  const late = () => stop(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
  const timer = ms === undefined ? undefined : setTimeout(late, ms).unref()
  function hear({ target }: { target: EventTarget | null }): void {
    stop((target as AbortSignal | null)?.reason)
  }
  for (const signal of signals) {
    if (signal.aborted) stop(signal.reason)
    else signal.addEventListener('abort', hear)
  }
  return {
    whenStopped(listen) {
      told = listen
      if (stopped) listen(stopped.reason)
    },
    end() {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', hear)
    },
  }
}
