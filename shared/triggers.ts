/**
 * Phrases that mean "tell my operator", by language, and where they stand in a text.
 *
 * A phrase is plain words, in any case and with or without accents; `*` between two of them stands for up to five other words.
 * It matches whole words of one sentence, never inside addresses, and not where it is negated ("don't notify me").
 */
import { z } from 'zod'
import { isNegated } from '#shared/trigger-negation'
import { foldedWord, type TextWord, wordPattern, wordsOf } from '#shared/trigger-words'

/** Languages with rules of their own for negation; `any` is held against the rules of all. */
export const TriggerLanguage = z.enum(['en', 'de', 'es', 'fr', 'any'])
/** Language of a trigger. */
export type TriggerLanguage = z.infer<typeof TriggerLanguage>

/** Words that a `*` may stand for, at most. */
export const wildcardWords = 5
/** Triggers a tenant may have, at most. */
export const mostTriggers = 200
/** Characters of a text that are looked at; what comes after them fires nothing. */
export const readCharacters = 10_000

const mostParts = 12
const mostWildcards = 2

const partPattern = new RegExp(`\\*|${wordPattern.source}`, 'gu')

/** The words of a phrase as they are compared, `*` where a wildcard stands. */
export function partsOf(phrase: string): string[] {
  return (phrase.match(partPattern) ?? []).map((part) => (part === '*' ? part : foldedWord(part)))
}

/** What is wrong with a phrase, in words that follow "The phrase"; undefined where nothing is. */
export function phraseFault(phrase: string): string | undefined {
  const parts = partsOf(phrase)
  const wildcards = parts.filter((part) => part === '*').length
  if (parts.length === wildcards) return 'needs at least one word'
  if (parts.length > mostParts) return `may have at most ${mostParts} words`
  if (parts[0] === '*' || parts.at(-1) === '*') return 'may not begin or end with *'
  if (wildcards > mostWildcards) return `may have at most ${mostWildcards} wildcards`
  if (parts.some((part, at) => part === '*' && parts[at + 1] === '*')) return 'may not have two * side by side'
  return undefined
}

/** A phrase that means "tell my operator". */
export const Trigger = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,64}$/, 'may hold small letters, digits and -'),
  language: TriggerLanguage,
  phrase: z
    .string()
    .max(120)
    .superRefine((phrase, context) => {
      const message = phraseFault(phrase)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    }),
  enabled: z.boolean(),
})
/** A phrase that means "tell my operator". */
export type Trigger = z.infer<typeof Trigger>

/** Where a trigger stands in a text: `start` inclusive, `end` exclusive, in UTF-16 units. */
export const TriggerMatch = z.object({
  id: z.string(),
  language: TriggerLanguage,
  phrase: z.string(),
  start: z.int(),
  end: z.int(),
})
/** Where a trigger stands in a text. */
export type TriggerMatch = z.infer<typeof TriggerMatch>

interface Reading {
  parts: readonly string[]
  words: readonly TextWord[]
  /** The sentence that the match began in and may not leave. */
  sentence: number
}

/** Where the parts from `part` on end that begin at a word, or undefined where they do not follow. The nearest fit counts. */
function endOf(reading: Reading, part: number, at: number): number | undefined {
  const { parts, words, sentence } = reading
  const wanted = parts[part]
  if (wanted === undefined) return at
  if (wanted !== '*') {
    const word = words[at]
    return word?.folded === wanted && word.sentence === sentence ? endOf(reading, part + 1, at + 1) : undefined
  }
  for (let passed = 0; passed <= wildcardWords; passed += 1) {
    const end = endOf(reading, part + 1, at + passed)
    if (end !== undefined) return end
    if (words[at + passed]?.sentence !== sentence) return undefined
  }
  return undefined
}

function matchesOf(trigger: Trigger, words: readonly TextWord[], starts: readonly number[]): TriggerMatch[] {
  const { id, language, phrase } = trigger
  const parts = partsOf(phrase)
  const found: TriggerMatch[] = []
  let free = 0
  for (const at of starts) {
    const first = words[at]
    if (at < free || !first) continue
    const end = endOf({ parts, words, sentence: first.sentence }, 0, at)
    const last = end === undefined ? undefined : words[end - 1]
    if (end === undefined || !last || isNegated(words, { at, end }, language)) continue
    found.push({ id, language, phrase, start: first.start, end: last.end })
    free = end
  }
  return found
}

/** Which of the triggers that are on stand in the text, by place. */
export function matchTriggers(triggers: readonly Trigger[], text: string): TriggerMatch[] {
  const words = wordsOf(text.slice(0, readCharacters))
  const places = new Map<string, number[]>()
  for (const [at, { folded }] of words.entries()) {
    const known = places.get(folded)
    if (known) known.push(at)
    else places.set(folded, [at])
  }
  return triggers
    .filter(({ enabled }) => enabled)
    .flatMap((trigger) => matchesOf(trigger, words, places.get(partsOf(trigger.phrase)[0] ?? '') ?? []))
    .sort((a, b) => a.start - b.start || a.end - b.end)
}

const phrases: Readonly<Record<Exclude<TriggerLanguage, 'any'>, readonly string[]>> = {
  en: [
    'notify me',
    'ping me',
    'alert me',
    'let me know',
    'inform me',
    'tell me when',
    'tell me once',
    'tell me as soon as',
    'keep me posted',
    'give me a heads up',
    'notify * operator',
    'tell * operator',
  ],
  de: [
    'benachrichtige mich',
    'benachrichtigen Sie mich',
    'sag mir Bescheid',
    'sag Bescheid',
    'sagen Sie mir Bescheid',
    'gib mir Bescheid',
    'geben Sie mir Bescheid',
    'informiere mich',
    'informieren Sie mich',
    'lass mich wissen',
    'lass es mich wissen',
    'sag mir wenn',
    'sag mir sobald',
  ],
  es: [
    'avísame',
    'avíseme',
    'notifícame',
    'notifíqueme',
    'infórmame',
    'hazme saber',
    'hágame saber',
    'dime cuando',
    'dígame cuando',
    'mantenme al tanto',
  ],
  fr: [
    'préviens-moi',
    'prévenez-moi',
    'avertis-moi',
    'avertissez-moi',
    'notifie-moi',
    'notifiez-moi',
    'fais-moi savoir',
    'faites-moi savoir',
    'tiens-moi au courant',
    'tenez-moi au courant',
    'dis-moi quand',
    'dites-moi quand',
  ],
}

function slugOf(phrase: string): string {
  return partsOf(phrase)
    .map((part) => (part === '*' ? 'any' : part))
    .join('-')
}

/** What a tenant starts with. */
export const defaultTriggers: readonly Trigger[] = (['en', 'de', 'es', 'fr'] as const).flatMap((language) =>
  phrases[language].map((phrase) => ({ id: `${language}-${slugOf(phrase)}`, language, phrase, enabled: true })),
)
