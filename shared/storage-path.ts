/**
 * Paths of files in a tenant's storage, and the keys they lie under. The one place that decides both: no path leaves its tenant's folder.
 *
 * Units  a path is what people write (`reports/Übersicht.pdf`); a key is what the storage takes
 */
import { z } from 'zod'

/** What a storage key may hold, as Supabase takes it; everything else is written as the `=XX` of its bytes, so that no two names meet. */
const plain = /[\w!\-.*'() &$@;:+,]/
const longestPath = 512
/** Longest key that every backend of the storage takes, in bytes. */
const longestKey = 1_000

const controls = /\p{Cc}/u
const dotSegment = /^(\.|%2e)+$/i

/** Why a path is not taken; undefined where it is. */
export function pathFault(path: string): string | undefined {
  if (path === '') return 'must name a file'
  if (path.length > longestPath) return `must be at most ${longestPath} characters long`
  if (controls.test(path)) return 'must not hold control characters'
  if (path.includes('\\')) return 'must use / between folders, not \\'
  const segments = path.normalize('NFC').split('/')
  if (segments.includes('')) return 'must not begin or end with /, or hold //'
  if (segments.some((segment) => dotSegment.test(segment))) return 'must not hold the segments . or ..'
  if (segments.some((segment) => segment.trim() !== segment)) return 'must not hold names that begin or end with a space'
  return path.isWellFormed() ? undefined : 'must be well-formed text'
}

/** A path of a file in the tenant's storage. */
export const StoragePath = z
  .string()
  .max(longestPath)
  .superRefine((path, context) => {
    const message = pathFault(path)
    if (message) context.addIssue({ code: 'custom', message })
  })

/** The UTF-8 bytes of a character as `=XX`. */
function marksOf(char: string): string {
  const percent = encodeURIComponent(char)
  return percent.startsWith('%') ? percent.replaceAll('%', '=') : `=${char.charCodeAt(0).toString(16).toUpperCase()}`
}

function encodeName(name: string): string {
  return [...name]
    .map((char, at, all) => {
      const marks = char === '=' && /^[0-9A-F]{2}$/.test(`${all[at + 1] ?? ''}${all[at + 2] ?? ''}`)
      if (plain.test(char) || (char === '=' && !marks)) return char
      return marksOf(char)
    })
    .join('')
}

function decodeName(name: string): string {
  const percent = name.replace(/%/g, '%25').replace(/=([0-9A-F]{2})/g, '%$1')
  try {
    return decodeURIComponent(percent)
  } catch {
    // Named so by somebody else: shown as it is.
    return name
  }
}

/** What a name in the storage was called by people. */
export const displayName = decodeName

/** The folder of a tenant, without a slash at its end; undefined when the id could lead elsewhere. */
export function tenantFolder(tenantId: string): string | undefined {
  return /^[A-Za-z0-9_-]{1,64}$/.test(tenantId) ? `tenants/${tenantId}` : undefined
}

/** The key of a tenant's path, or why there is none. `path` empty stands for the tenant's folder itself where `folder` is set. */
export function storageKey(tenantId: string, path: string, folder = false): { key: string } | { fault: string } {
  const home = tenantFolder(tenantId)
  if (!home) return { fault: 'is asked for by nobody in particular: the tenant is not known' }
  if (folder && path === '') return { key: home }
  const fault = pathFault(path)
  if (fault) return { fault }
  const key = `${home}/${path.normalize('NFC').split('/').map(encodeName).join('/')}`
  return key.length > longestKey ? { fault: 'is too long for the storage' } : { key }
}

/** The path below the tenant's folder that a key stands for; undefined for a key outside of it. */
export function pathOfKey(tenantId: string, key: string): string | undefined {
  const home = `${tenantFolder(tenantId)}/`
  return key.startsWith(home) ? key.slice(home.length).split('/').map(decodeName).join('/') : undefined
}
