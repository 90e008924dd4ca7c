/** Reads what was typed into the query bar: `actor:fran action:job outcome:failed words`. Pure. */
import { AuditOutcome } from '#shared/contract/audit'
import type { AuditSearch } from './audit-search.ts'

export const queryFields = ['actor', 'action', 'outcome', 'target', 'from', 'to'] as const

/** Known fields are taken by name; everything else is words to search for. */
export function parseQuery(typed: string): Partial<AuditSearch> {
  const parts = typed.match(/\S+/g) ?? []
  const found: Record<string, string> = {}
  const words: string[] = []
  for (const part of parts) {
    const [, name = '', value = ''] = /^(\w+):(.+)$/.exec(part) ?? []
    const known = queryFields.some((field) => field === name) && (name !== 'outcome' || AuditOutcome.safeParse(value).success)
    if (known) found[name] = value
    else words.push(part)
  }
  return { ...found, ...(words.length > 0 ? { text: words.join(' ') } : {}) } as Partial<AuditSearch>
}

/** The parts of a search as they would be typed. */
export function toQuery(search: AuditSearch): string {
  const parts = queryFields.flatMap((name) => (search[name] ? [`${name}:${search[name]}`] : []))
  return [...parts, ...(search.text ? [search.text] : [])].join(' ')
}

/** The search as the engine's filter; an instant without zone is taken as UTC. */
export function toFilter({ seq: _seq, ...search }: AuditSearch) {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(
    given.map(([name, value]) => [name, name === 'from' || name === 'to' ? toInstant(String(value)) : value]),
  )
}

function toInstant(text: string): string {
  const at = new Date(/T/.test(text) ? text : `${text}T00:00:00Z`)
  return Number.isNaN(at.getTime()) ? text : at.toISOString()
}
