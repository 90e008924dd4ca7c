/** What no procedure takes, whatever its schema: text that is none, and nesting that no reader of ours would survive. */
import { failed } from '#shared/failure'

const deepest = 64

interface Place {
  value: unknown
  path: string
  depth: number
}

function refused(path: string, message: string) {
  const at = path.toWellFormed().slice(0, 200)
  return failed('invalid', `The input was refused: ${at || 'input'} ${message}.`, { fields: [{ path: at, message }] })
}

/** Half a surrogate pair can be neither stored nor hashed as it is. Walks without recursion, since depth is what it judges. */
export function refuseUnfit(input: unknown): void {
  const pending: Place[] = [{ value: input, path: '', depth: 0 }]
  for (let place = pending.pop(); place; place = pending.pop()) {
    const { value, path, depth } = place
    if (typeof value === 'string' && !value.isWellFormed()) throw refused(path, 'holds half a character')
    if (typeof value !== 'object' || value === null) continue
    if (depth >= deepest) throw refused(path, `is nested deeper than ${deepest} levels`)
    for (const [name, inner] of Object.entries(value)) {
      const inside = path === '' ? name : `${path}.${name}`
      if (!name.isWellFormed()) throw refused(inside, 'holds half a character')
      pending.push({ value: inner, path: inside, depth: depth + 1 })
    }
  }
}
