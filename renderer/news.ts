/** What a piece of news makes stale on the page: areas and procedures of the contract, by name. Pure. */
import type { News } from '#shared/contract/system'

type Topic = News['topic']

/** A procedure or a whole area of the contract. */
export type Stale = readonly string[]

/** The empty path is everything. */
const everything: Stale = []

/** What each topic makes stale. */
export const staleBy: Readonly<Record<Topic, readonly Stale[]>> = {
  'job.changed': [['jobs'], ['posts'], ['messaging', 'messages'], ['limits']],
  'connection.changed': [['connections'], ['limits'], ['ai', 'health']],
  'audit.changed': [['audit']],
  'message.changed': [['messaging']],
  'tenant.changed': [['tenants']],
  'settings.changed': [['system', 'settings'], ['telegram'], ['triggers'], ['messaging', 'conversations']],
  'vault.changed': [['system', 'vault'], ['connections']],
  'notice.raised': [['system', 'notices']],
  'media.changed': [['media']],
  'sandbox.changed': [['sandbox']],
  'schedule.changed': [['schedules']],
  'ai.changed': [['ai']],
  'billing.changed': [['billing']],
  'agent.changed': [['agents'], ['posts', 'slots'], ['posts', 'nextSlot']],
  'run.changed': [['runs'], ['agents', 'list'], ['agents', 'get']],
  'approval.changed': [['approvals'], ['agents', 'list']],
  'signin.changed': [['oauth'], ['connections']],
  missed: [everything],
}

/** What a piece of news touches for the tenant on screen; news of another tenant touches nothing here. */
export function touchedBy({ topic, tenantId }: News, onScreen: string | null): readonly Stale[] {
  return tenantId === null || tenantId === onScreen ? staleBy[topic] : []
}
