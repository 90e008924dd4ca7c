/** The screens in a real browser, on the built `serve` with an audit log of a million events. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Browser, chromium, type Page } from '@playwright/test'
import { createAuditAppender } from '../electron/engine/audit/append.ts'
import { openDatabase } from '../electron/engine/database/open.ts'
import { chromiumOptions } from '../test/e2e/chromium.ts'
import { type RunningServe, startServe } from '../test/running-serve.ts'
import { type Figure, median, percentile, type Reading, within } from './measure.ts'

const events = 1_000_000
const rounds = 7
/** What a screen is given to load what it shows, before the next act. */
const restMs = 400
const area = 'Screen'

/** Through the appender of the product, so that the chain is a real one. */
async function fillAudit(dataDir: string): Promise<void> {
  const database = openDatabase({ file: join(dataDir, 'atlas.db') })
  const audit = createAuditAppender(database, () => Date.now())
  const { count } = database.sqlite.prepare("SELECT count(*) AS count FROM audit_events WHERE chain = 'demo'").get() as {
    count: number
  }
  const step = 20_000
  for (let done = count; done < events; done += step) {
    await database.write(() => {
      for (let at = done; at < Math.min(done + step, events); at += 1) {
        const target = { kind: 'job', id: `0199a000-0000-7000-8000-${String(at).padStart(12, '0')}` }
        const actor = { kind: 'system', id: 'runner' } as const
        audit.append('demo', {
          actor,
          action: 'job.started',
          target,
          outcome: 'intent',
          detail: { kind: 'SLACK_SEND', attempt: 1 },
        })
      }
    })
  }
  database.close()
}

/** The initial route with the sizes of what it loaded, each script gzipped for itself. */
async function openProduct(browser: Browser, serve: RunningServe): Promise<{ page: Page; scriptsKb: number }> {
  const page = await (await browser.newContext({ viewport: { width: 1366, height: 860 } })).newPage()
  await page.addInitScript({ path: join(import.meta.dirname, 'in-page.js') })
  const sizes: Promise<number>[] = []
  page.on('response', (response) => {
    if (/javascript/.test(response.headers()['content-type'] ?? ''))
      sizes.push(response.body().then((body) => gzipSync(body).length))
  })
  await page.goto(serve.link)
  await page.getByRole('button', { name: 'Explore the demo' }).click()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  await page.waitForTimeout(restMs)
  const scriptsKb = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1_000
  return { page, scriptsKb }
}

interface Scrolled {
  frames: number[]
  /** The frames that follow a leap. */
  leaps: number[]
  rows: number
  /** How many rows the table has, as it tells a screen reader. */
  of: number
}

/** Asks the script in the page; by its text, for the page has other types than this process. */
function inPage<T>(page: Page, call: string): Promise<T> {
  return page.evaluate(`figures.${call}`) as Promise<T>
}

function readingOf(name: string, unit: Reading['unit'], value: number): Reading {
  return { name, unit, value }
}

async function measureScroll(page: Page): Promise<Figure> {
  await inPage(page, "visit('Audit')")
  await page.locator('[role=row]').nth(5).waitFor()
  const taken: Scrolled[] = []
  const atRest: number[] = []
  for (let round = -1; round < rounds; round += 1) {
    atRest.push(...(await inPage<number[]>(page, 'rest(60)')))
    const one = await inPage<Scrolled>(page, 'scroll(240)')
    if (one.of < events) throw new Error(`the table has ${one.of} rows only`)
    if (round >= 0) taken.push(one)
  }
  const all = taken.flatMap(({ frames, leaps }) => [...frames, ...leaps])
  const longest = readingOf(
    'longest frame of a round, median',
    'ms',
    median(taken.map((one) => Math.max(...one.frames, ...one.leaps))),
  )
  const beside = [
    readingOf('median frame', 'ms', median(all)),
    readingOf(
      'p95 of the steps',
      'ms',
      percentile(
        taken.flatMap(({ frames }) => frames),
        0.95,
      ),
    ),
    readingOf(
      'p95 of the leaps',
      'ms',
      percentile(
        taken.flatMap(({ leaps }) => leaps),
        0.95,
      ),
    ),
    readingOf('p95 of the same page at rest', 'ms', percentile(atRest, 0.95)),
  ]
  const rows = readingOf('most rows in the page', 'rows', Math.max(...taken.map(({ rows }) => rows)))
  return {
    area,
    title: 'The audit log of a million events, scrolled by steps and leaps to any place: frames',
    ours: longest,
    beside: [...beside, rows],
    bars: [within(longest, { most: 50 }), within(rows, { most: 60 })],
    rounds,
    note: 'Headless Chromium without a graphics card on shared cores; 240 frames a round, a leap every twelfth',
  }
}

async function measureRoutes(page: Page): Promise<Figure> {
  const taken: number[] = []
  for (let round = -1; round < rounds; round += 1) {
    for (const name of ['Jobs', 'Audit', 'Integrations', 'Publishing']) {
      const ms = await inPage<number>(page, `visit('${name}')`)
      await page.waitForTimeout(restMs)
      if (round >= 0) taken.push(ms)
    }
  }
  const ours = readingOf('click to the new heading painted, median', 'ms', median(taken))
  const p95 = readingOf('p95', 'ms', percentile(taken, 0.95))
  const title = 'From one screen to another: Jobs, Audit, Integrations, Publishing in turn'
  return { area, title, ours, beside: [p95], bars: [within(ours, { most: 100 })], rounds, note: 'after each was open once' }
}

async function measurePalette(page: Page): Promise<Figure> {
  const taken: number[] = []
  for (let round = -1; round < rounds; round += 1) {
    const ms = await inPage<number>(page, 'palette()')
    await page.keyboard.press('Escape')
    await page.getByRole('textbox', { name: 'Command', exact: true }).waitFor({ state: 'hidden' })
    if (round >= 0) taken.push(ms)
  }
  const ours = readingOf('key to the palette painted, median', 'ms', median(taken))
  const p95 = readingOf('p95', 'ms', percentile(taken, 0.95))
  const title = 'The palette of commands (Ctrl+K)'
  return { area, title, ours, beside: [p95], bars: [within(ours, { most: 50 })], rounds }
}

function initialRoute(scriptsKb: number): Figure {
  const ours = readingOf('scripts of the first screen, gzipped', 'kB', scriptsKb)
  return { area, title: 'What the first screen loads', ours, beside: [], bars: [within(ours, { most: 350 })], rounds: 1 }
}

export async function measureScreen(): Promise<Figure[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atlas-bench-screen-'))
  let browser: Browser | undefined
  let serve: RunningServe | undefined
  try {
    // The first start makes the Demo tenant, whose log is then filled.
    await (await startServe({ dataDir })).stop()
    await fillAudit(dataDir)
    serve = await startServe({ dataDir, environment: { ATLAS_LOG: 'error' } })
    browser = await chromium.launch(chromiumOptions())
    const { page, scriptsKb } = await openProduct(browser, serve)
    return [initialRoute(scriptsKb), await measureScroll(page), await measureRoutes(page), await measurePalette(page)]
  } finally {
    await browser?.close()
    await serve?.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
