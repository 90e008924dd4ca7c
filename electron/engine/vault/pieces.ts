/** Cuts a secret into pieces where a store limits the size of one entry, and knows the head that stands for them. Pure. */

/** Windows' Credential Manager takes 2,560 bytes: 1,280 UTF-16 units. */
export const windowsPieceLength = 1_200

/** What stands in place of a secret in pieces. Each set of pieces has a tag, so that a new set never overwrites the old one. */
export interface Head {
  count: number
  tag: string
}

const headPattern = /^atlas-pieces-1:(\d{1,6}):([0-9a-f]{8})$/

/** The entries in which a secret lies: itself, or a head and the pieces. What only looks like a head is put in pieces too. */
export function toPieces(secret: string, length: number, tag: string): string[] {
  if (secret.length <= length && !headOf(secret)) return [secret]
  const pieces: string[] = []
  for (let from = 0; from < secret.length; ) {
    const to = wholeCharacters(secret, from + length)
    pieces.push(secret.slice(from, to))
    from = to
  }
  return [`atlas-pieces-1:${pieces.length}:${tag}`, ...pieces]
}

/** Half a surrogate pair would not survive the way through UTF-8. */
function wholeCharacters(secret: string, end: number): number {
  const last = secret.charCodeAt(end - 1)
  const cutsPair = end < secret.length && last >= 0xd800 && last <= 0xdbff
  return cutsPair ? end - 1 : end
}

/** Undefined when the entry is the secret itself. */
export function headOf(entry: string): Head | undefined {
  const [, count, tag] = headPattern.exec(entry) ?? []
  return count === undefined || tag === undefined ? undefined : { count: Number(count), tag }
}

/** Accounts of the pieces that belong to a head, in order. */
export function pieceAccounts(account: string, { count, tag }: Head): string[] {
  return Array.from({ length: count }, (_, at) => `${account}#${tag}.${at + 1}`)
}
