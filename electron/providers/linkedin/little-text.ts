/** LinkedIn's "little text": reserved characters are escaped, or the post is cut at the first of them. Pure. */

const reserved = /[\\|{}@[\]()<>#*_~]/g
/** A hashtag is left as it is, so that it stays one. */
const hashtag = /(?<![\p{L}\p{N}_#])#[\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*/gu
/** An address is left as it is, so that it stays a link. */
const address = /https?:\/\/[^\s<>()[\]{}|\\]+/g

const escaped = (text: string) => text.replace(reserved, (char) => `\\${char}`)

/**
 * Text as the field `commentary` wants it.
 *
 * @see https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
 */
export function toLittleText(text: string): string {
  const kept = new RegExp(`${address.source}|${hashtag.source}`, 'gu')
  let out = ''
  let at = 0
  for (const match of text.matchAll(kept)) {
    out += escaped(text.slice(at, match.index)) + match[0]
    at = match.index + match[0].length
  }
  return out + escaped(text.slice(at))
}
