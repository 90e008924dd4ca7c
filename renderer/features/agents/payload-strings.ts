/** The words of a payload that a person may change, and the payload with one of them changed. Pure. */

export type Path = readonly (string | number)[]

/** Says what is done and by whom; another one would be another order, which the engine refuses. */
const fixed = new Set(['provider', 'action', 'platform', 'fromAgent', 'agent'])

export function stringsIn(value: unknown, path: Path = []): { path: Path; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    if (path.length === 0 && fixed.has(name)) return []
    return stringsIn(inner, [...path, Array.isArray(value) ? Number(name) : name])
  })
}

export function withString(value: unknown, path: Path, text: string): unknown {
  const [first, ...rest] = path
  if (first === undefined) return text
  if (Array.isArray(value)) return value.map((inner, at) => (at === first ? withString(inner, rest, text) : inner))
  const object = value as Record<string, unknown>
  return { ...object, [first]: withString(object[first], rest, text) }
}
