/** How values cross between the page's world and this process: JSON, with bytes and dates marked. The page has the same in preload-world.js. */

interface Marked {
  $bytes?: string
  $date?: number
}

/** A value as text. */
export function encode(value: unknown): string {
  return JSON.stringify(mark(value)) ?? 'null'
}

/** The value of a text. */
export function decode(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => unmark(value))
}

function mark(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return { $bytes: Buffer.from(value).toString('base64') }
  if (ArrayBuffer.isView(value))
    return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
  if (value instanceof Date) return { $date: value.getTime() }
  if (Array.isArray(value)) return value.map(mark)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mark(each)]))
}

function unmark(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { $bytes, $date } = value as Marked
  if (typeof $bytes === 'string') return new Uint8Array(Buffer.from($bytes, 'base64'))
  return typeof $date === 'number' ? new Date($date) : value
}
