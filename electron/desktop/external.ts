/** The one door to the system's browser: https pages, and loopback http for the sign-in pages of the sandbox. */
import type { DesktopLog } from './desktop-app.ts'

const longestUrl = 2_048
const loopbackHosts = new Set(['127.0.0.1', '[::1]', 'localhost'])
/** Controls, spaces, backslashes and invisible direction marks: what parsers disagree about, or what hides an address. */
const suspicious = /[\p{Cc}\p{Cf}\p{Z}\\]/u

/** The address as it may be opened, or undefined when it may not. */
export function toExternalUrl(text: string): string | undefined {
  if (text.length > longestUrl || suspicious.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.username || url.password || !url.hostname) return undefined
  // `https:host` and `https:///host` parse, but nobody writes them in good faith.
  if (!/^https?:\/\/[^/?#]/i.test(text)) return undefined
  if (url.protocol === 'https:') return url.href
  return url.protocol === 'http:' && loopbackHosts.has(url.hostname) ? url.href : undefined
}

/** Opens what may be opened; says whether it did. A refusal is logged by its scheme alone, as an address can hold secrets. */
export function createExternalDoor({ open, log }: { open: (url: string) => Promise<void>; log: DesktopLog }) {
  return async (text: string): Promise<boolean> => {
    const url = toExternalUrl(text)
    if (!url) {
      log.warn(
        { scheme: /^[a-z][a-z0-9+.-]{0,20}(?=:)/i.exec(text)?.[0] ?? 'none' },
        'an address was not opened: only https pages are',
      )
      return false
    }
    try {
      await open(url)
      return true
    } catch (error) {
      log.error({ error: String(error) }, "the system's browser could not be opened")
      return false
    }
  }
}
