/** What an event is found by in the word index, and how a filter asks for it. Pure. */
import { hash } from 'node:crypto'
import type { AuditFilter } from '#shared/contract/audit'
import type { EventRow } from './rows.ts'

/** A field's exact value as one word that no text contains by chance; so filters and words are answered by one index. */
function exact(field: 'chain' | 'actor' | 'action' | 'outcome' | 'target', value: string): string {
  return `x${hash('sha1', `${field} ${value}`, 'hex').slice(0, 16)}`
}

/** `job.failed` is found by `job` and by `job.failed`. */
function actionAndAreas(action: string): string[] {
  const parts = action.split('.')
  return parts.map((_, at) => parts.slice(0, at + 1).join('.'))
}

function valuesIn(detail: unknown): string[] {
  if (typeof detail !== 'object' || detail === null) return [String(detail)]
  return Object.values(detail).flatMap(valuesIn)
}

export function wordsOf(row: EventRow): string {
  const fields = [
    exact('chain', row.chain),
    exact('actor', row.actor_id),
    exact('outcome', row.outcome),
    exact('target', row.target_id),
    ...actionAndAreas(row.action).map((action) => exact('action', action)),
  ]
  const text = [row.action, row.actor_kind, row.actor_id, row.target_kind, row.target_id, row.outcome]
  return [...fields, ...text, ...valuesIn(JSON.parse(row.detail))].join(' ').normalize('NFC')
}

/** Shorter words are looked for whole: their beginnings would match nearly everything. */
const shortestBeginning = 3

/** The index splits words at the letters named last, which are no letters to the Unicode version it knows; it refuses half words. */
const word = /[[\p{L}\p{N}\p{Co}]--[\u19b0-\u19c0\u19c8\u19c9\u1cf2\u1cf3]]+/gv

/** The words of a text, none with a meaning to the index. */
export function wordsIn(text: string): string[] {
  return text.normalize('NFC').match(word) ?? []
}

/** Each word must appear, as the beginning of one. */
export function toMatch(chain: string, filter: AuditFilter): string {
  const { actor, action, outcome, target, text = '' } = filter
  const fields = [
    exact('chain', chain),
    ...(actor === undefined ? [] : [exact('actor', actor)]),
    ...(action === undefined ? [] : [exact('action', action)]),
    ...(outcome === undefined ? [] : [exact('outcome', outcome)]),
    ...(target === undefined ? [] : [exact('target', target)]),
  ]
  const words = wordsIn(text).map((word) => (word.length < shortestBeginning ? `"${word}"` : `"${word}"*`))
  return [...fields.map((field) => `"${field}"`), ...words].join(' ')
}
