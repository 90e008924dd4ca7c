/** Which file of the built page answers an address, and with which headers. Knows no Electron. */
import { open, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

export const pageScheme = 'app'
export const pageOrigin = 'app://atlas'

/**
 * What the page may load and do. Styles may be inline, as Mantine writes its variables that way.
 * The page talks over a message port alone, so it needs to connect to nothing but its own files.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "manifest-src 'self'",
  "worker-src 'self'",
  "frame-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const pageHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
}

/** Plain names only: nothing percent-encoded, no dots in front, no colon, no backslash. What a build writes fits; tricks do not. */
const fileShape = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/

/** The path under the page's folder that an address names, or undefined when it names none. */
export function toPageFile(address: string): string | undefined {
  const path = address.startsWith(pageOrigin) ? address.slice(pageOrigin.length).split(/[?#]/, 1)[0] : undefined
  if (path === undefined) return undefined
  const file = path === '' || path === '/' ? '/index.html' : path
  return fileShape.test(file) && extname(file) in types ? file.slice(1) : undefined
}

/** Answers requests for the page from one folder. Whatever is not a file of the build in that folder is 404. */
export function createPageFiles(folder: string) {
  return async (request: { method: string; url: string }): Promise<Response> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405, headers: pageHeaders })
    const file = toPageFile(request.url)
    const body = file === undefined ? undefined : await readInside(folder, file)
    if (file === undefined || body === undefined) return new Response('Not found', { status: 404, headers: pageHeaders })
    const headers = { ...pageHeaders, 'content-type': types[extname(file)] ?? 'application/octet-stream' }
    return new Response(request.method === 'HEAD' ? null : new Uint8Array(body), { headers })
  }
}

/** Reads a file that really lies in the folder; one reached through a link out of it does not count. */
async function readInside(folder: string, file: string): Promise<Buffer | undefined> {
  try {
    const real = await realpath(join(folder, file))
    if (!real.startsWith((await realpath(folder)) + sep)) return undefined
    await using handle = await open(real)
    return await handle.readFile()
  } catch {
    // Missing, a folder, or unreadable: to the page all of these are "there is no such file".
    return undefined
  }
}
