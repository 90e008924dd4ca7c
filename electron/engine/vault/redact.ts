/** Blanks secrets in text: every value in use, in the forms it takes on a wire, and the shapes of common tokens. */

export interface Redactor {
  /** Remembers every string inside, however deep. */
  add(values: unknown): void
  redact(text: string): string
}

const blank = '[secret]'
/** Shorter values would blank ordinary words. */
const shortest = 6

const shapes: readonly RegExp[] = [
  /\bBearer\s+[\w.~+/=-]{8,}/gi,
  /\bBasic\s+[A-Za-z0-9+/=]{8,}/g,
  /\bxox[a-z]-[\w-]{6,}/g,
  /(?:bot)?\d{5,}:[A-Za-z0-9_-]{20,}/g,
  /\b(?:re|sk|rk|pk|whsec|atlas)_[A-Za-z0-9_-]{8,}/g,
  /\bsk-[A-Za-z0-9_-]{10,}/g,
  /\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
]

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  const json = JSON.stringify(value).slice(1, -1)
  return [
    value,
    bytes.toString('base64'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    encodeURIComponent(value),
    json,
  ]
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsIn)
}

/** Values such as tenant ids are no secrets, but a credential's fields all count: better one blank too many. */
export function createRedactor(): Redactor {
  const known = new Set<string>()
  let ordered: string[] = []
  return {
    add(values) {
      const before = known.size
      for (const value of stringsIn(values)) {
        if (value.length >= shortest) for (const form of formsOf(value)) known.add(form)
      }
      // Longest first: a value inside another must not leave the rest of it standing.
      if (known.size !== before) ordered = [...known].sort((a, b) => b.length - a.length)
    },
    redact(text) {
      const values = ordered.reduce((left, value) => (left.includes(value) ? left.replaceAll(value, blank) : left), text)
      return shapes.reduce((left, shape) => left.replace(shape, blank), values)
    },
  }
}
