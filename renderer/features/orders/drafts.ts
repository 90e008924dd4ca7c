/** What is being written, by tenant and place, so that looking elsewhere loses nothing. Never kept on disk. */
import { create } from 'zustand'
import { priorities } from '#shared/job'
import type { FormValue } from '../../ui/schema-fields.ts'

export interface Draft {
  /** Made with the draft: a double click, or a click after a lost answer, is the same job. */
  key: string
  value: FormValue
  agent: string | null
  /** Wall clock in the operator's zone; empty is now. */
  sendAt: string
  priority: number
}

interface Drafts {
  drafts: Readonly<Record<string, Draft>>
  /** Ids of the jobs that were ordered from here, newest first, by tenant. */
  sent: Readonly<Record<string, readonly string[]>>
  change: (place: string, draft: Draft) => void
  /** The draft became a job: the next one takes its place, and the job is kept in view. */
  settle: (place: string, next: Draft, job: { tenantId: string; id: string }) => void
}

/** Orders kept in view. */
const shownOrders = 5

export const useDrafts = create<Drafts>()((set) => ({
  drafts: {},
  sent: {},
  change: (place, draft) => set(({ drafts }) => ({ drafts: { ...drafts, [place]: draft } })),
  settle: (place, next, { tenantId, id }) =>
    set(({ drafts, sent }) => {
      const others = (sent[tenantId] ?? []).filter((other) => other !== id)
      return { drafts: { ...drafts, [place]: next }, sent: { ...sent, [tenantId]: [id, ...others].slice(0, shownOrders) } }
    }),
}))

/** An empty draft with a key of its own. */
export function newDraft(value: FormValue = {}): Draft {
  return { key: crypto.randomUUID(), value, agent: null, sendAt: '', priority: priorities.normal }
}
