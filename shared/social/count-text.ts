/** Length of a text as a platform counts it. */
import twitter from 'twitter-text'
import type { Counting } from './platforms.ts'

const emoji = /\p{Extended_Pictographic}/u
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code < 0x10000 ? 3 : 4
}

/** Threads counts an emoji as its UTF-8 bytes and everything else as characters. */
function emojiAsBytes(text: string): number {
  let length = 0
  for (const { segment } of segmenter.segment(text)) {
    const characters = [...segment]
    length += emoji.test(segment) ? characters.reduce((sum, one) => sum + bytesOf(one), 0) : characters.length
  }
  return length
}

const counters: Readonly<Record<Counting, (text: string) => number>> = {
  weighted: (text) => twitter.parseTweet(text.normalize('NFC')).weightedLength,
  utf16: (text) => text.length,
  codepoints: (text) => [...text].length,
  emoji_as_bytes: emojiAsBytes,
}

/**
 * Length of a text by a platform's own rule.
 *
 * @see https://docs.x.com/fundamentals/counting-characters
 * @see https://developers.facebook.com/docs/threads/overview
 */
export function countText(text: string, counting: Counting): number {
  return text === '' ? 0 : counters[counting](text)
}
