/** Secrets made to be found again: each holds a core that occurs nowhere else, and this looks for it in every dress. */
import { randomBytes } from 'node:crypto'

export interface Canary {
  /** Where it was put. */
  name: string
  /** The whole secret. */
  value: string
  /** The part that is looked for: letters and digits, so that URL encoding and JSON leave it as it is. */
  core: string
}

/** A secret around a fresh core; `around` shapes it to what a form takes. */
export function createCanary(name: string, around: (core: string) => string = (core) => core): Canary {
  const core = `canary${randomBytes(15).toString('hex')}`
  return { name, value: around(core), core }
}

/** The core inside a longer base64 text begins at one of three places; the characters shared with neighbours are cut off. */
function base64Forms(core: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(core)]).toString('base64')
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + core.length) * 8) / 6))
  })
}

function formsOf({ core }: Canary): [string, string][] {
  const bytes = Buffer.from(core)
  const utf16 = Buffer.from(core, 'utf16le').toString('latin1')
  return [
    ['raw', core],
    ['hex', bytes.toString('hex')],
    ['reversed', [...core].reverse().join('')],
    ['utf-16', utf16],
    ...base64Forms(core).map((form): [string, string] => ['base64', form]),
    ...base64Forms(core).map((form): [string, string] => ['base64url', form.replaceAll('+', '-').replaceAll('/', '_')]),
  ]
}

/** Every canary found in a text or file, with its dress. */
export function findCanaries(where: string, content: string | Buffer, canaries: readonly Canary[]): string[] {
  const text = typeof content === 'string' ? content : content.toString('latin1')
  return canaries.flatMap((canary) => {
    const dress = formsOf(canary).find(([, form]) => text.includes(form) || text.includes(encodeURIComponent(form)))
    if (!dress) return []
    const at = text.indexOf(dress[1])
    return [`${canary.name} (${dress[0]}) in ${where}: …${text.slice(Math.max(0, at - 100), at + 12)}…`]
  })
}
