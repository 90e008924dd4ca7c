/** What an event is found by in the word index, and how a filter asks for it. Pure. */
import { hash } from 'node:crypto'
import type { AuditFilter } from '#shared/contract/audit'
import type { EventRow } from './rows.ts'

/** Answers remembered at once; most of what events hold is said again and again, and ids are not. */
const mostRemembered = 5_000

function remembering<V>(make: (text: string) => V): (text: string) => V {
  const made = new Map<string, V>()
  return (text) => {
    const known = made.get(text)
    if (known !== undefined) return known
    if (made.size >= mostRemembered) made.clear()
    const value = make(text)
    made.set(text, value)
    return value
  }
}

const exactWord = remembering((named) => `x${hash('sha1', named, 'hex').slice(0, 16)}`)

/** A field's exact value as one word that no text contains by chance; so filters and words are answered by one index. */
function exact(field: 'chain' | 'actor' | 'action' | 'outcome' | 'target', value: string): string {
  return exactWord(`${field} ${value}`)
}

/** `job.failed` is found by `job` and by `job.failed`. */
const actionAndAreas = remembering((action) => {
  const parts = action.split('.')
  return parts.map((_, at) => exact('action', parts.slice(0, at + 1).join('.')))
})

function valuesIn(detail: unknown): string[] {
  if (typeof detail !== 'object' || detail === null) return [String(detail)]
  return Object.values(detail).flatMap(valuesIn)
}

export interface IndexedWords {
  /** As the index takes them: each once. */
  text: string
  /** Those without a digit, which the beginning of a word may stand for. */
  natural: string[]
}

/**
 * A word that holds a digit is an id, and there is no end to them: it is kept apart by a mark, and found by its letters up to the
 * first digit like any other word.
 */
export function wordsOf(row: EventRow): IndexedWords {
  const fields = [
    exact('chain', row.chain),
    exact('actor', row.actor_id),
    exact('outcome', row.outcome),
    exact('target', row.target_id),
    ...actionAndAreas(row.action),
  ]
  const texts = [row.action, row.actor_kind, row.actor_id, row.target_kind, row.target_id, row.outcome]
  const natural = new Set<string>()
  const ids = new Set<string>()
  for (const text of [...texts, ...valuesIn(JSON.parse(row.detail))]) {
    const found = kindsOfWords(text)
    for (const word of found.natural) natural.add(word)
    for (const word of found.ids) ids.add(word)
  }
  return { text: [...fields, ...natural, ...ids].join(' '), natural: [...natural] }
}

/** The words of one text, by how they are indexed. */
const kindsOfWords = remembering((text) => {
  const words = wordsIn(text)
  const letters = words.map(lettersOf)
  return {
    natural: letters.filter((word) => word !== ''),
    ids: words.filter((word, at) => letters[at] !== word).map((word) => `${idMark}${word}`),
  }
})

/** Begins the indexed form of a word that holds a digit, and no other. */
const idMark = '0'

function lettersOf(word: string): string {
  const end = word.search(/\p{N}/u)
  return end < 0 ? word : word.slice(0, end)
}

/** Shorter words are looked for whole: their beginnings would match nearly everything. */
const shortestBeginning = 3

/** The index splits words at the letters named last, which are no letters to the Unicode version it knows; it refuses half words. */
const word = /[[\p{L}\p{N}\p{Co}]--[\u19b0-\u19c0\u19c8\u19c9\u1cf2\u1cf3]]+/gv

/** One form for what is written large, small, or with and without accents. */
function fold(text: string): string {
  if (!/\P{ASCII}/u.test(text)) return text.toLowerCase()
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
}

/** The words of a text in one form, none with a meaning to the index. */
export function wordsIn(text: string): string[] {
  return fold(text).match(word) ?? []
}

/** The natural words that a beginning may stand for; undefined when they are too many to name. */
export type BegunBy = (beginning: string) => readonly string[] | undefined

/** Each word must appear, as the beginning of one. Undefined when one of them begins nothing in the log. */
export function toMatch(filter: AuditFilter, chain: string | undefined, begunBy: BegunBy): string | undefined {
  const { actor, action, outcome, target, text = '' } = filter
  const fields = [
    ...(chain === undefined ? [] : [exact('chain', chain)]),
    ...(actor === undefined ? [] : [exact('actor', actor)]),
    ...(action === undefined ? [] : [exact('action', action)]),
    ...(outcome === undefined ? [] : [exact('outcome', outcome)]),
    ...(target === undefined ? [] : [exact('target', target)]),
  ]
  const words = wordsIn(text).map((word) => wordMatch(word, begunBy))
  if (words.includes(undefined)) return undefined
  return [...fields.map((field) => `"${field}"`), ...words].join(' AND ')
}

function wordMatch(word: string, begunBy: BegunBy): string | undefined {
  const isId = lettersOf(word) !== word
  const indexed = isId ? `${idMark}${word}` : word
  if (word.length < shortestBeginning) return `"${indexed}"`
  if (isId) return `"${indexed}"*`
  const begun = begunBy(word)
  if (begun === undefined) return `"${word}"*`
  return begun.length === 0 ? undefined : `(${begun.map((whole) => `"${whole}"`).join(' OR ')})`
}
