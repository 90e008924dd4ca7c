/** Blanks secrets in text: every value in use, in the forms it takes on a wire, and the shapes of common tokens. */

export interface Redactor {
  /** Remembers every string inside, however deep. */
  add(values: unknown): void
  redact(text: string): string
}

const blank = '[secret]'
/** Shorter values would blank ordinary words. */
const shortest = 6
/** Forms kept; the oldest go first. Tokens are renewed every hour, and what is known must not grow for ever. */
const mostForms = 20_000
/** Values whose forms are kept ready. */
const mostLately = 1_000

const shapes: readonly RegExp[] = [
  /\bBearer\s+[\w.~+/=-]{8,}/gi,
  /\bBasic\s+[A-Za-z0-9+/=]{8,}/g,
  /\bxox[a-z]-[\w-]{6,}/g,
  /(?:bot)?\d{5,}:[A-Za-z0-9_-]{20,}/g,
  /\b(?:re|sk|rk|pk|whsec|gsk|sbp|atlas)_[A-Za-z0-9_-]{8,}/g,
  /\bsk-[A-Za-z0-9_-]{10,}/g,
  /\bAIza[\w-]{20,}/g,
  /\bya29\.[\w-]{10,}/g,
  /\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
]

function formsOf(given: string): string[] {
  // Half a surrogate pair cannot be URL-encoded.
  const value = given.toWellFormed()
  const bytes = Buffer.from(value)
  const base64 = bytes.toString('base64')
  return [
    value,
    base64,
    base64.replace(/=+$/, ''),
    bytes.toString('base64url'),
    encodeURIComponent(value),
    new URLSearchParams({ '': value }).toString().slice(1),
    JSON.stringify(value).slice(1, -1),
  ]
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsIn)
}

/** Forms by how they begin: a line is looked through once, however many secrets are known. */
function createKnown() {
  const all = new Set<string>()
  const byBeginning = new Map<string, string[]>()
  /** First characters of what was ever known: most places of a text begin nothing, and are passed over. */
  const firsts = new Set<number>()

  function forgetOldest(): void {
    const [oldest] = all
    if (oldest === undefined) return
    all.delete(oldest)
    const beginning = oldest.slice(0, shortest)
    const left = byBeginning.get(beginning)?.filter((form) => form !== oldest) ?? []
    if (left.length > 0) byBeginning.set(beginning, left)
    else byBeginning.delete(beginning)
  }

  return {
    add(form: string): void {
      // Known again is known newest.
      if (all.delete(form)) return void all.add(form)
      all.add(form)
      firsts.add(form.charCodeAt(0))
      const beginning = form.slice(0, shortest)
      // Longest first: a value inside another must not leave the rest of it standing.
      byBeginning.set(
        beginning,
        [...(byBeginning.get(beginning) ?? []), form].sort((a, b) => b.length - a.length),
      )
      if (all.size > mostForms) forgetOldest()
    },
    /** The known form that stands at this place of the text. */
    at(text: string, place: number): string | undefined {
      if (!firsts.has(text.charCodeAt(place))) return undefined
      return byBeginning.get(text.slice(place, place + shortest))?.find((form) => text.startsWith(form, place))
    },
  }
}

/** Values such as tenant ids are no secrets, but a credential's fields all count: better one blank too many. */
export function createRedactor(): Redactor {
  const known = createKnown()
  /** The forms of what was told lately: a credential is told again with every call that uses it. */
  const lately = new Map<string, readonly string[]>()

  function addValue(value: string): void {
    const forms = lately.get(value) ?? formsOf(value)
    lately.set(value, forms)
    if (lately.size > mostLately) lately.clear()
    for (const form of forms) known.add(form)
  }

  function blankValues(text: string): string {
    let told = ''
    let from = 0
    for (let place = 0; place <= text.length - shortest; ) {
      const form = known.at(text, place)
      if (!form) {
        place += 1
        continue
      }
      told += text.slice(from, place) + blank
      place += form.length
      from = place
    }
    return told + text.slice(from)
  }

  return {
    add(values) {
      for (const value of stringsIn(values)) if (value.length >= shortest) addValue(value)
    },
    redact: (text) => shapes.reduce((left, shape) => left.replace(shape, blank), blankValues(text)),
  }
}
