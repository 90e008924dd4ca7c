/** An answer whose body is handed on as it comes: every piece wins it another deadline. */

import { orStopped } from './stopping.ts'

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

/** How the body of an answer is handed on. */
export interface Flowing {
  patience: Patience
  /** Whatever may stop it. */
  signals: readonly AbortSignal[]
  /** More than this is never the answer that was asked for. */
  mostBytes: number
  /** Words what breaks on the way. */
  toError(error: unknown): Error
}

/** The same answer with a body that keeps its deadline and its size. */
export function flowOn(response: Response, { patience, signals, mostBytes, toError }: Flowing): Response {
  let size = 0
  const source = response.body?.getReader()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const piece = source && (await orStopped(source.read(), signals))
        patience.renew()
        size += piece?.value?.byteLength ?? 0
        if (size > mostBytes) throw new Error(`answer larger than ${mostBytes} bytes`)
        if (piece && !piece.done) return controller.enqueue(piece.value)
        patience.end()
        controller.close()
      } catch (error) {
        patience.end()
        // What is left of it interests nobody, and whether it could be called off neither.
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
