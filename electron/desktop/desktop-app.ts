/** What the desktop needs of the product, and nothing more; main.ts adapts the composed app to it. */
import type { MessagePortMain } from 'electron'
import type { News, Notice } from '#shared/contract/system'

/** The queue in one line, over all tenants. */
export interface DesktopSummary {
  needsYou: number
  queued: number
  running: number
  pausedAll: boolean
  /** What is wrong with the installation itself, in words; null when nothing is. */
  problem: string | null
}

/** A notice with whose it is. `quiet`: its tenant switched this kind off, or has quiet hours now. */
export interface DesktopNotice extends Notice {
  tenantId: string
  tenantName: string
  quiet: boolean
}

/** One exact use of a tool that waits for a person, with whose it is. */
export interface DesktopApproval {
  tenantId: string
  id: string
  /** Of the payload that is shown; another one is refused. */
  hash: string
  who: string
  effect: string
  payload: Readonly<Record<string, unknown>>
}

/** A word on an approval, and where it was given. */
export interface DesktopDecision {
  approval: DesktopApproval
  decision: 'approve' | 'reject'
  via: 'tray' | 'notification'
}

/** A place in the page. Only ever a path inside the app; the tenant is named where it is known. */
export interface Target {
  path: string
  tenantId?: string
}

/** The product as the desktop sees it. */
export interface DesktopApp {
  /** Answers the contract on a port that was handed to our own page. */
  servePort(port: MessagePortMain): void
  listen(listener: (news: News) => void): () => void
  summary(): Promise<DesktopSummary>
  openNotices(): Promise<DesktopNotice[]>
  openApprovals(): Promise<DesktopApproval[]>
  decide(decision: DesktopDecision): Promise<void>
  pauseAll(paused: boolean): Promise<void>
  stop(): Promise<void>
}

/** Where the desktop tells what it refused or could not do. Fields never hold a secret. */
export interface DesktopLog {
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}
