/** The built desktop app from start to quit: on Electron where its binary is installed, else on the double, which proves our wiring and not Electron. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import type { Desktop } from './desktop.ts'
import { startOnDouble } from './desktop-double.ts'
import { startOnElectron } from './desktop-electron.ts'
import { findElectron } from './find-browsers.ts'
import { familyOf, stillRunning } from './processes.ts'

const main = resolve(import.meta.dirname, '../../out/main/main.js')
const electron = findElectron()
const ranOn = electron
  ? 'Electron itself'
  : "a test double of Electron with the system's Chromium (Electron's binary is not here)"

let dataDir = ''
let desktop: Desktop

test.beforeAll(() => {
  if (!existsSync(main)) throw new Error('There is no build to rehearse: run "npm run build" first.')
  console.log(`The desktop app is rehearsed on ${ranOn}.`)
})

test.beforeEach(async () => {
  test.info().annotations.push({ type: 'ran on', description: ranOn })
  dataDir = mkdtempSync(join(tmpdir(), 'atlas-rehearsal-'))
  const env = { ATLAS_DATA_DIR: dataDir, ATLAS_VAULT: 'memory' }
  desktop = electron ? await startOnElectron(electron, env) : await startOnDouble({ main, env })
})

test.afterEach(async () => {
  await desktop.kill()
  rmSync(dataDir, { recursive: true, force: true })
})

test('a message goes out, a failure is told, a click lands on it, and quitting leaves nothing behind', async () => {
  const { page } = desktop
  let last = 0

  await test.step('the window opens on the Demo tenant, served as our own origin', async () => {
    await page.getByRole('button', { name: 'Explore the demo' }).click()
    await expect(page.getByRole('link', { name: 'Messaging' })).toBeVisible()
    await expect.poll(desktop.windowStates).toMatchObject([{ visible: true }])
    // The Demo's one mail for tomorrow is queued from its first day on.
    await expect.poll(desktop.tray).toMatchObject({ empty: false, tooltip: 'Atlas UX: 0 running, 1 queued' })
    await expect.poll(trayIcon).toBe('normal')
  })

  await test.step('a message that is ordered while the queue is paused waits, and the tray says so', async () => {
    await desktop.clickTray('Pause queue')
    await expect.poll(trayIcon).toBe('paused')
    await sendTelegramMessage(page, 'Ordered while paused')
    await expect.poll(async () => (await desktop.tray())?.tooltip).toBe('Atlas UX: Queue paused, 2 queued')
  })

  await test.step('resumed, it is delivered', async () => {
    await desktop.clickTray('Resume queue')
    await expect(page.getByRole('status').filter({ hasText: 'Succeeded' }).first()).toBeVisible()
    await expect.poll(trayIcon).toBe('normal')
  })

  await test.step('a job that fails for good is told once, and marks the tray', async () => {
    await switchFaultOn(page)
    const before = (await desktop.notifications()).length
    await desktop.lookAway()
    await sendTelegramMessage(page, 'This one is refused')
    await expect.poll(async () => (await desktop.notifications()).length).toBe(before + 1)
    last = before
    await expect.poll(trayIcon).toBe('new')
  })

  await test.step('a click on the notification shows that job', async () => {
    await desktop.clickNotification(last)
    await expect(
      page
        .getByRole('complementary', { name: /This one is refused/ })
        .getByText('Telegram')
        .first(),
    ).toBeVisible()
    await expect.poll(desktop.windowStates).toMatchObject([{ visible: true, focused: true }])
    await expect.poll(trayIcon).toBe('normal')
  })

  await test.step('quitting ends with 0 and leaves no process', async () => {
    const family = familyOf(desktop.pid)
    await desktop.clickTray('Quit')
    expect(await desktop.ended()).toBe(0)
    await expect.poll(() => stillRunning(family)).toEqual([])
  })
})

async function trayIcon(): Promise<string | undefined> {
  return (await desktop.tray())?.icon.replace(/(?:Template)?\.png$/, '')
}

async function sendTelegramMessage(page: Page, text: string): Promise<void> {
  await page.getByRole('link', { name: 'Messaging' }).click()
  await page.getByRole('button', { name: 'New message' }).click()
  await page.getByRole('tab', { name: /telegram/i }).click()
  await page.getByRole('textbox', { name: /^text/i }).fill(text)
  await page.getByRole('button', { name: /^send/i }).click()
}

/** Telegram's stand-in refuses the bot from now on. */
async function switchFaultOn(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Sandbox' }).click()
  await page.getByRole('tab', { name: 'Faults' }).click()
  const telegram = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Telegram' }) })
  await telegram
    .getByRole('switch', { name: /The bot was blocked/ })
    .first()
    .click()
}
