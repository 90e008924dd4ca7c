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
