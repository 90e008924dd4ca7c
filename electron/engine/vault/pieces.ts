/** Cuts a secret into pieces where a store limits the size of one entry, and puts it together again. Pure. */

/** Windows' Credential Manager takes 2,560 bytes: 1,280 UTF-16 units. A head names the number of pieces. */
export const pieceLength = 1_200
const headPattern = /^atlas-pieces-1:(\d+)$/

export function toPieces(secret: string): string[] {
  if (secret.length <= pieceLength && !headPattern.test(secret)) return [secret]
  const pieces = Array.from({ length: Math.ceil(secret.length / pieceLength) }, (_, at) =>
    secret.slice(at * pieceLength, (at + 1) * pieceLength),
  )
  return [`atlas-pieces-1:${pieces.length}`, ...pieces]
}

/** How many pieces follow a head; 0 when the entry is the secret itself. */
export function piecesAfter(head: string): number {
  return Number(headPattern.exec(head)?.[1] ?? 0)
}

export function pieceAccount(account: string, at: number): string {
  return at === 0 ? account : `${account}#${at}`
}
