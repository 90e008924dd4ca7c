/** Shortens a text in the middle, where ids differ least. */
export function shorten(value: string, length: number): string {
  if (value.length <= length) return value
  const head = Math.ceil((length - 1) / 2)
  const tail = length - 1 - head
  return `${value.slice(0, head)}…${tail > 0 ? value.slice(-tail) : ''}`
}
