/** News by id: what changed, coalesced. Never control flow; a listener that is slow or gone costs nothing. */
import type { News } from '#shared/contract/system'

export type Topic = Exclude<News['topic'], 'missed'>

export interface Announcements {
  announce(topic: Topic, tenantId: string | null, id: string): void
  /** Tells every listener that something unknown changed (another process wrote). */
  announceMissed(): void
  listen(listener: (news: News) => void): () => void
}

/** Ids told in one announcement; more than that and the screen asks for everything. */
const mostIds = 50

/**
 * Coalesces announcements per topic and tenant.
 *
 * Units  intervalMs: at most one announcement of a topic and tenant in it (100 ms: ten a second)
 */
export function createAnnouncements({ intervalMs = 100 }: { intervalMs?: number } = {}): Announcements {
  const listeners = new Set<(news: News) => void>()
  const waiting = new Map<string, { topic: Topic; tenantId: string | null; ids: Set<string> }>()
  let timer: NodeJS.Timeout | undefined

  function tell(news: News): void {
    for (const listener of listeners) listener(news)
  }

  function flush(): void {
    timer = undefined
    const batch = [...waiting.values()]
    waiting.clear()
    for (const { topic, tenantId, ids } of batch) tell({ topic, tenantId, ids: ids.size > mostIds ? [] : [...ids] })
  }

  return {
    announce(topic, tenantId, id) {
      if (listeners.size === 0) return
      const key = `${topic} ${tenantId}`
      const entry = waiting.get(key) ?? { topic, tenantId, ids: new Set<string>() }
      if (entry.ids.size <= mostIds) entry.ids.add(id)
      waiting.set(key, entry)
      if (!timer) timer = setTimeout(flush, intervalMs).unref()
    },
    announceMissed: () => tell({ topic: 'missed', tenantId: null, ids: [] }),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
