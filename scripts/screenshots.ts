/** Takes the screenshots of the README from the real product on a fresh Demo tenant: `node scripts/screenshots.ts`. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'docs', 'images')
const dataDir = mkdtempSync(join(tmpdir(), 'atlas-screenshots-'))

const shots = [
  { name: 'overview-light', path: '/overview', scheme: 'light' },
  { name: 'jobs-light', path: '/jobs', scheme: 'light' },
  { name: 'jobs-dark', path: '/jobs', scheme: 'dark' },
  { name: 'integrations-light', path: '/integrations/slack', scheme: 'light' },
  { name: 'messaging-light', path: '/messaging', scheme: 'light' },
  { name: 'audit-dark', path: '/audit', scheme: 'dark' },
] as const

const serve = spawn(process.execPath, [join(root, 'out/main/serve.js'), '--port', '0', '--data-dir', dataDir, '--no-open'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, ATLAS_VAULT: 'memory' },
})

function printedLink(): Promise<string> {
  return new Promise((resolve, reject) => {
    serve.stdout.setEncoding('utf8').on('data', (text: string) => {
      const link = /ready: (http:\S+)/.exec(text)?.[1]
      if (link) resolve(link)
    })
    serve.once('exit', (code) => reject(new Error(`serve ended with ${code}`)))
  })
}

async function take(page: Page, shot: (typeof shots)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme: shot.scheme, reducedMotion: 'reduce' })
  await page.evaluate(`location.hash = ${JSON.stringify(`#${shot.path}`)}`)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  // Charts and rows come with their own answers, after the heading.
  await page.waitForTimeout(1_500)
  await page.mouse.move(1_000, 850)
  await page.screenshot({ path: join(folder, `${shot.name}.png`) })
}

mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
try {
  const page = await browser.newPage({ viewport: { width: 1366, height: 860 } })
  await page.goto(await printedLink())
  await page.getByRole('button', { name: 'Explore the demo' }).click()
  for (const shot of shots) await take(page, shot)
} finally {
  await browser.close()
  serve.kill('SIGTERM')
  await new Promise((resolve) => serve.once('exit', resolve))
  rmSync(dataDir, { recursive: true, force: true })
}
