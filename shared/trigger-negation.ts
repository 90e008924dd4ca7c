/** Whether somebody said that they do not want to be told. Rules of thumb by language; where they are unsure, it counts as wanted. */
import type { TextWord } from '#shared/trigger-words'

interface Rules {
  /** Words that negate what comes after them. */
  before: string
  /** Words that may stand between a negation and what it negates. */
  between: string
  /** Words that negate what comes before them. */
  after?: string
  /** Words that turn a negation around when they stand before it ("n'oublie pas"). */
  reversing?: string
  /** Words that make a bare "not" an answer of its own ("if not, …"). */
  condition: string
  /** Words that tie a second order to a negated one ("don't call or notify me"). */
  or: string
}

const rules: Readonly<Record<'en' | 'de' | 'es' | 'fr', Rules>> = {
  en: {
    // Words are split at the apostrophe: "don't" ends in "t".
    before: 'not never no t dont cannot nobody without',
    between: 'ever please just even need needed necessary to have want you bother always again also longer dare must should be',
    condition: 'if whether',
    or: 'or nor',
  },
  de: {
    before: 'nicht nie niemals kein keine keinen ohne',
    between: 'bitte mehr zu dass du sie mich mir jemals notig',
    after: 'nicht nie niemals',
    reversing: 'vergiss vergesst vergessen',
    condition: 'wenn falls ob',
    or: 'oder noch',
  },
  es: {
    before: 'no nunca jamas tampoco sin',
    between: 'me te se lo hace falta hay que quiero necesitas tienes es necesario por favor ya',
    condition: 'si',
    or: 'o ni',
  },
  fr: {
    before: 'ne n pas jamais sans plus',
    between: 'me m de d besoin est la peine il faut veux voudrais que tu vous surtout pas',
    after: 'pas jamais plus',
    reversing: 'oublie oubliez oublies hesite hesitez',
    condition: 'si',
    or: 'ou ni',
  },
}

interface Place {
  /** Index of the first word of a match. */
  at: number
  /** Index after its last word. */
  end: number
}

/** Words that may stand between a negation and the match, at most. */
const mostBetween = 6

const listed = (words: string | undefined) => new Set(words?.split(' ') ?? [])

function createRule(told: Rules) {
  const before = listed(told.before)
  const between = listed(told.between)
  const after = listed(told.after)
  const reversing = listed(told.reversing)
  const condition = listed(told.condition)
  const or = listed(told.or)

  function counts(words: readonly TextWord[], at: number): boolean {
    const previous = words[at - 1]
    if (!previous || previous.sentence !== words[at]?.sentence || words[at]?.afterComma) return true
    return !reversing.has(previous.folded) && !condition.has(previous.folded)
  }

  function negatedBefore(words: readonly TextWord[], { at }: Place): boolean {
    let index = at
    for (let passed = 0; passed <= mostBetween; passed += 1) {
      const word = words[index]
      const previous = words[index - 1]
      if (!word || !previous || word.afterComma || previous.sentence !== word.sentence) return false
      if (before.has(previous.folded)) return counts(words, index - 1)
      // "Don't call or notify me": the word before "or" is part of what is not wanted.
      if (or.has(previous.folded)) index -= 2
      else if (between.has(previous.folded)) index -= 1
      else return false
    }
    return false
  }

  function negatedAfter(words: readonly TextWord[], { end }: Place): boolean {
    for (let index = end; index < end + mostBetween; index += 1) {
      const word = words[index]
      if (!word || word.afterComma || word.sentence !== words[end - 1]?.sentence) return false
      if (after.has(word.folded)) return true
      if (!between.has(word.folded)) return false
    }
    return false
  }

  const negatedWithin = (words: readonly TextWord[], { at, end }: Place) =>
    words.slice(at, end).some(({ folded }) => before.has(folded))

  return (words: readonly TextWord[], place: Place): boolean =>
    negatedBefore(words, place) || negatedAfter(words, place) || negatedWithin(words, place)
}

const ruleOf = {
  en: createRule(rules.en),
  de: createRule(rules.de),
  es: createRule(rules.es),
  fr: createRule(rules.fr),
}

/** Whether the words at a place are negated, by the rules of a language; `any` is negated where one language says so. */
export function isNegated(words: readonly TextWord[], place: Place, language: keyof typeof rules | 'any'): boolean {
  if (language !== 'any') return ruleOf[language](words, place)
  return Object.values(ruleOf).some((rule) => rule(words, place))
}
