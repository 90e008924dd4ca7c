/** Cuts a long text into parts that Telegram takes, at the best border it finds. Pure. */

/** Telegram's limit of one message, in UTF-16 units. */
export const longestPart = 4_096

/** Best first: between paragraphs, lines, words. */
const borders = ['\n\n', '\n', ' '] as const

/** A border in the first half would leave a part too short to be worth a message. */
function borderIn(text: string, longest: number): { at: number; length: number } {
  for (const border of borders) {
    const at = text.lastIndexOf(border, longest)
    if (at >= longest / 2) return { at, length: border.length }
  }
  return { at: wholeAt(text, longest), length: 0 }
}

/** The last place up to `at` that does not part a surrogate pair. */
function wholeAt(text: string, at: number): number {
  const before = text.charCodeAt(at - 1)
  const isHigh = before >= 0xd800 && before <= 0xdbff
  return isHigh ? at - 1 : at
}

/** The parts in order, none longer than `longest`, none of white space alone unless the whole text is. */
export function splitText(text: string, longest = longestPart): string[] {
  const parts: string[] = []
  let rest = text
  while (rest.length > longest) {
    const { at, length } = borderIn(rest, longest)
    parts.push(rest.slice(0, at))
    rest = rest.slice(at + length)
  }
  const told = [...parts, rest].filter((part) => part.trim() !== '')
  return told.length > 0 ? told : [text.slice(0, wholeAt(text, longest))]
}
