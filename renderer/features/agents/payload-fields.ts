/** Fields of a payload in words: nested ones under their path, so that nothing of it is left out. Pure. */

export interface PayloadField {
  name: string
  text: string
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function fieldsIn(value: unknown, path = ''): PayloadField[] {
  if (!isObject(value))
    return path === '' ? [] : [{ name: path, text: typeof value === 'string' ? value : JSON.stringify(value) }]
  return Object.entries(value).flatMap(([name, inner]) => fieldsIn(inner, path === '' ? name : `${path}.${name}`))
}
