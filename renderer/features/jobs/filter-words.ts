/** Says in words which jobs a filter means, and what a bulk act will do to them. Pure. */
import type { JobFilter } from '#shared/contract/jobs'

/** The parts of a search that choose jobs. */
export function toFilter(search: JobFilter & { id?: string | undefined }): JobFilter {
  const { state, kind, agent, provider, failure, text } = search
  const given = { state, kind, agent, provider, failure, text }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== '')) as JobFilter
}

/** "Retry 1,204 failed jobs matching kind=EMAIL_SEND failure=quota" */
export function bulkSentence(verb: 'retry' | 'cancel', count: number, { state, ...rest }: JobFilter): string {
  const what = `${count.toLocaleString('en')} ${state ? `${state} ` : ''}${count === 1 ? 'job' : 'jobs'}`
  const parts = Object.entries(rest).map(([name, value]) => `${name}=${value}`)
  const matching = parts.length > 0 ? ` matching ${parts.join(' ')}` : ''
  return `${verb === 'retry' ? 'Retry' : 'Cancel'} ${what}${matching}`
}

/** A verb that can do something to jobs of these states. */
export function verbsFor(state: JobFilter['state']): ('retry' | 'cancel')[] {
  if (state === 'failed' || state === 'cancelled') return ['retry']
  if (state === 'queued' || state === 'running') return ['cancel']
  if (state === 'waiting') return ['retry', 'cancel']
  return []
}

/** Milliseconds as people say them; "—" where it is not known. */
export function toSpan(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '—'
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  return `${(ms / 3_600_000).toFixed(1)} h`
}
