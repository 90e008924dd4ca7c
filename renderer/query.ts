/** Server state on the page: one cache, filled by the client, kept fresh by news. */
import { createTanstackQueryUtils, generateOperationKey } from '@orpc/tanstack-query'
import { QueryClient } from '@tanstack/react-query'
import { failureKinds } from '#shared/failure'
import { type Stale, touchedBy } from './news.ts'
import { client, failureOf } from './rpc.ts'
import { useLinkState } from './stores/link-state.ts'
import { useSession } from './stores/session.ts'

/** Options, keys and calls of every procedure, for TanStack Query. */
export const api = createTanstackQueryUtils(client)

/** Asking again helps only where a machine, not a person, has to act. */
function mayHelp(failures: number, error: unknown): boolean {
  return failures < 2 && failureKinds[failureOf(error).kind].actor === 'machine'
}

/** The cache. News keeps it fresh, so nothing is polled. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 30_000, gcTime: 300_000, retry: mayHelp, refetchOnWindowFocus: false, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
})

/** How long news is gathered before it is acted on again. */
const gatherMs = 500

/** What waits to be marked stale, by name. */
const waiting = new Map<string, Stale>()
let flushing = false

/** Marks as stale at once, then gathers for a moment: a busy queue would otherwise be asked about ten times a second. */
function invalidate(stale: Stale): void {
  waiting.set(stale.join('.'), stale)
  if (!flushing) flush()
}

function flush(): void {
  flushing = waiting.size > 0
  for (const stale of waiting.values()) void queryClient.invalidateQueries(toFilter(stale))
  waiting.clear()
  if (flushing) setTimeout(flush, gatherMs)
}

/** Everything is also what does not come from the contract, such as the windows of a grid. */
function toFilter(stale: Stale) {
  return stale.length === 0 ? {} : { queryKey: generateOperationKey(stale) }
}

/** Listens to news for as long as the link is open, and begins again with every new link. Returns the way to stop. */
export function followNews(): () => void {
  let abort: AbortController | undefined
  const begin = (again: boolean) => {
    abort?.abort()
    abort = new AbortController()
    if (again) invalidate([])
    void listen(abort.signal)
  }
  const stop = useLinkState.subscribe(({ status, lastOpenAt }, before) => {
    if (status === 'open' && before.status !== 'open') begin(lastOpenAt !== null)
  })
  if (useLinkState.getState().status === 'open') begin(false)
  return () => {
    stop()
    abort?.abort()
  }
}

async function listen(signal: AbortSignal): Promise<void> {
  while (!signal.aborted && useLinkState.getState().status === 'open') {
    try {
      for await (const news of await client.system.news({}, { signal })) {
        touchedBy(news, useSession.getState().tenantId).forEach(invalidate)
      }
    } catch {
      // The stream ends with its link or with the engine; what was missed meanwhile is asked again below.
    }
    if (signal.aborted) return
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    invalidate([])
  }
}

/** What belongs to the installation and survives a change of tenant; everything else is forgotten. */
const installationWide = [
  api.tenants.key(),
  api.tokens.key(),
  api.providers.key(),
  api.system.vault.key(),
  api.system.about.key(),
]

/** Shows another tenant: what is cached of the one before is thrown away, so that nothing of it can be shown. */
export function switchTenant(tenantId: string): void {
  if (useSession.getState().tenantId === tenantId) return
  useSession.getState().choose(tenantId)
  queryClient.removeQueries({ predicate: ({ queryKey }) => !isInstallationWide(queryKey) })
}

function isInstallationWide(queryKey: readonly unknown[]): boolean {
  const path = Array.isArray(queryKey[0]) ? queryKey[0].join('.') : ''
  return installationWide.some(([prefix]) => path === prefix.join('.') || path.startsWith(`${prefix.join('.')}.`))
}
