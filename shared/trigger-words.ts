/** A text as the words that phrases are compared with. */

/** A word of a text: as it is compared, where it stands (UTF-16 units), which sentence it is in, and whether a comma comes before it. */
export interface TextWord {
  folded: string
  start: number
  end: number
  sentence: number
  afterComma: boolean
}

/** A word without case and without the accents of Latin, Greek and Cyrillic letters. */
export function foldedWord(word: string): string {
  // Upper case first: ß becomes SS, and so do its two letters.
  const bare = word.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')
  return bare.toUpperCase().toLowerCase().normalize('NFC')
}

/** Words begin with a letter, a digit or _, so that a lone accent is none. */
export const wordPattern = /[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*/gu

const ending = /[.!?;…。！？]|\n\s*\n/
const comma = /[,:–—()]/

/** Addresses of pages and of mail hold words that nobody said. They become blanks of the same length. */
function withoutAddresses(text: string): string {
  return text.replace(/\S+/g, (chunk) => (chunk.includes('://') || /.@./.test(chunk) ? ' '.repeat(chunk.length) : chunk))
}

/** The words of a text in order. Time grows with its length. */
export function wordsOf(text: string): TextWord[] {
  const said = withoutAddresses(text)
  const words: TextWord[] = []
  let sentence = 0
  let before = 0
  for (const match of said.matchAll(wordPattern)) {
    const gap = said.slice(before, match.index)
    if (ending.test(gap)) sentence += 1
    before = match.index + match[0].length
    words.push({ folded: foldedWord(match[0]), start: match.index, end: before, sentence, afterComma: comma.test(gap) })
  }
  return words
}
