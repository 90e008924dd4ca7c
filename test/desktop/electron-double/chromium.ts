/** The Chromium behind the double: one profile, one context, with a debugging address for the spec to look through. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page, type Route } from '@playwright/test'
import { findChromium } from '../find-browsers.ts'
import { fromCarrier, startPageServer } from './page-server.ts'
import { letsThrough } from './surroundings.ts'

const quiet = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let context: BrowserContext | undefined
const pages = new Map<Page, (url: string) => boolean>()
let openHandler: (url: string) => void = () => undefined

/** Starts Chromium. `DevToolsActivePort` in the profile tells the spec where to look. */
export async function startChromium(profileDir: string): Promise<void> {
  await startPageServer()
  context = await chromium.launchPersistentContext(profileDir, {
    executablePath: findChromium(),
    args: [...quiet, '--remote-debugging-port=0'],
    handleSIGTERM: false,
    handleSIGINT: false,
    viewport: { width: 1_280, height: 800 },
  })
  await context.route('**/*', decide)
  context.on('page', (page) => {
    // Electron never opens a denied window; Chromium has, for an instant.
    if (!pages.has(page) && pages.size > 0) page.close().catch(() => undefined)
  })
}

/** The page of a new window. `mayGo` is asked before it leaves for an address it was not sent to. */
export async function openPage(mayGo: (url: string) => boolean, onOpen: (url: string) => void): Promise<Page> {
  if (!context) throw new Error('a window was made before the app was ready')
  const page = pages.size === 0 ? (context.pages()[0] ?? (await context.newPage())) : await context.newPage()
  pages.set(page, mayGo)
  openHandler = onOpen
  return page
}

/** Ends Chromium. */
export async function stopChromium(): Promise<void> {
  await context?.close()
}

/** Where a debugger can look at this Chromium; undefined until it has written that down in full. */
export function debuggingUrl(profileDir: string): string | undefined {
  const file = join(profileDir, 'DevToolsActivePort')
  const port = existsSync(file) ? /^(\d+)\n/.exec(readFileSync(file, 'utf8'))?.[1] : undefined
  return port && `http://127.0.0.1:${port}`
}

async function decide(route: Route): Promise<void> {
  const request = route.request()
  const url = fromCarrier(request.url())
  const page = request.isNavigationRequest() ? pageOf(route) : undefined
  if (request.isNavigationRequest() && !page) {
    openHandler(url)
    return route.abort('aborted')
  }
  const mayGo = page && pages.get(page)
  if ((mayGo && !mayGo(url)) || !letsThrough(url)) return route.abort('aborted')
  return route.continue()
}

/** The window that a navigation belongs to; none for one that Chromium has just opened. */
function pageOf(route: Route): Page | undefined {
  try {
    const page = route.request().frame().page()
    return pages.has(page) ? page : undefined
  } catch {
    // Playwright has no frame yet for the first request of a new window.
    return undefined
  }
}
