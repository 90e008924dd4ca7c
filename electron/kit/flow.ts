/** An answer whose body is handed on as it comes: every piece wins it another deadline. */

/** A deadline that can be renewed. */
export interface Patience {
  signal: AbortSignal
  renew(): void
  end(): void
}

/** Runs out `ms` after it was made or last renewed. */
export function createPatience(ms: number): Patience {
  const over = new AbortController()
  const lapse = () => over.abort(new DOMException('The answer stopped coming', 'TimeoutError'))
  // Until the first piece it is the same deadline as that of any other request.
  const first = AbortSignal.timeout(ms)
  first.addEventListener('abort', lapse)
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = () => {
    first.removeEventListener('abort', lapse)
    clearTimeout(timer)
  }
  return {
    signal: over.signal,
    renew() {
      end()
      timer = setTimeout(lapse, ms)
    },
    end,
  }
}

/**
 * The work, or the reason of the signal once that is aborted.
 *
 * Why   a fetch under way holds its signals weakly: after a garbage collection it may never hear that it was stopped
 */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = Promise.withResolvers<never>()
  const stop = () => over.reject(signal.reason)
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  return Promise.race([work, over.promise]).finally(() => signal.removeEventListener('abort', stop))
}

/** How the body of an answer is handed on. */
export interface Flowing {
  patience: Patience
  signal: AbortSignal
  /** Words what breaks on the way. */
  toError(error: unknown): Error
}

/** The same answer with a body that keeps its deadline. */
export function flowOn(response: Response, { patience, signal, toError }: Flowing): Response {
  const source = response.body?.getReader()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const piece = source && (await orAborted(source.read(), signal))
        patience.renew()
        if (piece && !piece.done) return controller.enqueue(piece.value)
        patience.end()
        controller.close()
      } catch (error) {
        patience.end()
        void source?.cancel(error).catch(() => undefined)
        controller.error(toError(error))
      }
    },
    async cancel(reason) {
      patience.end()
      await source?.cancel(reason)
    },
  })
  return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers })
}
