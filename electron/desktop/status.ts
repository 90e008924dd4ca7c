/** Keeps tray and notifications in step with the queue: asks again when there is news, never more often than it can answer. */
import { setTimeout as wait } from 'node:timers/promises'
import type { News } from '#shared/contract/system'
import type { DesktopApp, DesktopLog, DesktopNotice } from './desktop-app.ts'
import type { Announcement } from './notices.ts'
import { createApprovalTeller, createNoticeTeller } from './notices.ts'
import { type TrayModel, trayModel } from './tray-model.ts'

/** News that can change what the tray says. */
const topics: ReadonlySet<News['topic']> = new Set([
  'job.changed',
  'connection.changed',
  'tenant.changed',
  'settings.changed',
  'vault.changed',
  'notice.raised',
  'approval.changed',
  'missed',
])

/** Told one by one, with what is asked. */
const asked = 'approval_waiting'

export const startingModel: TrayModel = trayModel({
  summary: { needsYou: 0, queued: 0, running: 0, pausedAll: false, problem: null },
  notices: [],
  unseen: 0,
})

export interface Status {
  /** Asks again: the window came to the front, or a pause was switched. */
  refresh(): void
  stop(): Promise<void>
}

export interface StatusOptions {
  app: Pick<DesktopApp, 'listen' | 'summary' | 'openNotices' | 'openApprovals'>
  draw: (model: TrayModel) => void
  announce: (announcements: Announcement[]) => void
  /** Whether the operator looks at the window now. */
  isLookedAt: () => boolean
  log: DesktopLog
  /** Rest between two questions, so that a busy queue is not asked about all the time. */
  restMs?: number
}

/** Follows the app until it is stopped. */
export function followStatus({ app, draw, announce, isLookedAt, log, restMs = 500 }: StatusOptions): Status {
  const teller = createNoticeTeller()
  const questions = createApprovalTeller()
  let seen = new Set<string>()
  let asking: Promise<void> | undefined
  let again = false
  let stopped = false
  const ending = new AbortController()

  async function ask(): Promise<void> {
    const [summary, notices, approvals] = await Promise.all([app.summary(), app.openNotices(), app.openApprovals()])
    if (stopped) return
    if (isLookedAt()) seen = idsOf(notices)
    draw(
      trayModel({
        summary,
        notices,
        approvals,
        unseen: notices.filter((notice) => !notice.quiet && !seen.has(notice.id)).length,
      }),
    )
    const quiet = new Set(notices.flatMap(({ kind, tenantId, quiet: isQuiet }) => (kind === asked && isQuiet ? [tenantId] : [])))
    const told = teller.take(notices.filter(({ kind }) => kind !== asked))
    announce([...told, ...questions.take(approvals, (tenantId) => quiet.has(tenantId))])
  }

  function refresh(): void {
    if (stopped) return
    if (asking) {
      again = true
      return
    }
    asking = ask()
      .catch((error: unknown) => log.error({ error: String(error) }, 'the tray could not read the queue'))
      .then(() => wait(restMs, undefined, { signal: ending.signal }))
      // The rest was cut short by the end.
      .catch(() => undefined)
      .finally(() => {
        asking = undefined
        if (!again) return
        again = false
        refresh()
      })
  }

  const stopListening = app.listen((news) => {
    if (topics.has(news.topic)) refresh()
  })
  refresh()
  return {
    refresh,
    async stop(): Promise<void> {
      stopped = true
      ending.abort()
      stopListening()
      await asking
    },
  }
}

function idsOf(notices: readonly DesktopNotice[]): Set<string> {
  return new Set(notices.map((notice) => notice.id))
}
