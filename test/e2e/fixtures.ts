/** What every browser test has: an engine of its own on a fresh folder, a page that is signed in, and no error in its console. */
import { test as base, expect, type Page } from '@playwright/test'
import { type RunningServe, startServe } from '../running-serve.ts'

export { expect }

interface Worker {
  serve: RunningServe
}

interface Each {
  /** A page on the Demo tenant, past the first choice. */
  demo: Page
}

export const test = base.extend<Each, Worker>({
  serve: [
    async ({ browserName: _browser }, use) => {
      const serve = await startServe()
      await use(serve)
      expect(await serve.stop()).toBe(0)
    },
    { scope: 'worker' },
  ],
  demo: async ({ page, serve }, use) => {
    const broken: string[] = []
    page.on('pageerror', (error) => broken.push(error.message))
    await signIn(page, serve)
    await page.getByRole('button', { name: 'Explore the demo' }).click()
    await expect(page.getByText('nothing leaves this machine').first()).toBeVisible()
    await use(page)
    expect(broken).toEqual([])
  },
})

/** Opens the product with a link of its own: the printed one is good for one browser. */
export async function signIn(page: Page, serve: RunningServe): Promise<void> {
  await page.goto(await freshLink(serve))
  await expect(page).not.toHaveURL(/code=/)
}

/** A new link, as an operator at the machine's terminal gets one. */
export async function freshLink(serve: RunningServe): Promise<string> {
  const { spawnSync } = await import('node:child_process')
  const port = new URL(serve.url).port
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['out/main/cli.js', 'sign-in', '--data-dir', serve.dataDir, '--port', port],
    { encoding: 'utf8' },
  )
  const link = stdout.trim()
  if (!link.startsWith('http')) throw new Error(`no link: ${stdout}${stderr}`)
  return link
}

/** Goes to a place in the product as a link would. */
export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash
  }, `#${path}`)
}
