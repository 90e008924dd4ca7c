/** News for one listener: its own tenants alone, never unbounded, ended with its signal. */
import type { News } from '#shared/contract/system'

/** More waiting than this and the listener is told that it missed some. */
const mostWaiting = 1_000

export async function* newsFor(
  listen: (listener: (news: News) => void) => () => void,
  tenantId: string | null,
  signal: AbortSignal | undefined,
): AsyncGenerator<News> {
  let waiting: News[] = []
  let wake: () => void = () => undefined
  const unlisten = listen((news) => {
    if (tenantId !== null && news.tenantId !== null && news.tenantId !== tenantId) return
    if (waiting.length >= mostWaiting) waiting = [{ topic: 'missed', tenantId: null, ids: [] }]
    else waiting.push(news)
    wake()
  })
  const stop = () => wake()
  signal?.addEventListener('abort', stop)
  try {
    while (!signal?.aborted) {
      const batch = waiting
      waiting = []
      yield* batch
      if (waiting.length === 0 && !signal?.aborted) await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    unlisten()
    signal?.removeEventListener('abort', stop)
  }
}
