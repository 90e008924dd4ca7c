/** The desktop host on the Electron double, with a stand-in for the product: what an operator and the page would notice. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Desktop } from './desktop.ts'
import { forkMain, startOnDouble } from './desktop-double.ts'
import { layOutStandIn, standInMain } from './stand-in/stand-in.ts'

let folder = ''
let profile = ''
let desktop: Desktop | undefined

const soon = { timeout: 15_000, interval: 50 }

beforeAll(async () => {
  folder = await layOutStandIn()
})
beforeEach(() => {
  profile = mkdtempSync(join(folder, 'profile-'))
})
afterEach(async () => {
  await desktop?.kill()
  desktop = undefined
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const env = () => ({ STAND_IN_FOLDER: folder, STAND_IN_PROFILE: profile })

async function start(argv: string[] = []): Promise<Desktop> {
  desktop = await startOnDouble({ main: standInMain, env: env(), argv })
  await desktop.page.getByText('{"echo":"hello"}').waitFor()
  return desktop
}

test('the page gets a port that answers, and nothing else of ours', async () => {
  const { page } = await start()
  expect(await page.evaluate('Object.keys(window.desktop)')).toEqual(['platform', 'versions'])
  expect(await page.evaluate('Object.isFrozen(window.desktop) && Object.isFrozen(window.desktop.versions)')).toBe(true)
  expect(await page.evaluate('[typeof require, typeof process, typeof window.atlasReceive]')).toEqual([
    'undefined',
    'undefined',
    'undefined',
  ])
})

test('a page that loads again gets a new port', async () => {
  const { page } = await start()
  await page.reload()
  await page.getByText('{"echo":"hello"}').waitFor()
})

test('a failed job shows in the tray, is told once, and a click lands on it', async () => {
  const { page, tray, badge, notifications, clickNotification, lookAway, windowStates } = await start()
  await vi.waitFor(async () => expect((await tray())?.menu[0]?.label).toBe('1 running, 2 queued'), soon)
  expect(await tray()).toMatchObject({ icon: 'normal.png', empty: false, tooltip: 'Atlas UX: 1 running, 2 queued' })
  await lookAway()
  await page.evaluate("window.port.postMessage('fail a job')")
  await vi.waitFor(
    async () =>
      expect(await notifications()).toEqual([{ title: 'Telegram message failed', body: 'Telegram says: chat not found.' }]),
    soon,
  )
  expect(await tray()).toMatchObject({ icon: 'new.png', empty: false })
  expect(await badge()).toBe(1)
  await clickNotification(0)
  await page.getByText('"path":"/jobs?open=job-1"').waitFor()
  expect(await windowStates()).toEqual([{ visible: true, focused: true, minimized: false }])
  await vi.waitFor(async () => expect((await tray())?.icon).toBe('normal.png'), soon)
  expect(await notifications()).toHaveLength(1)
})

test('the tray pauses, resumes, and quits in order', async () => {
  const { tray, clickTray, ended, page } = await start()
  await vi.waitFor(async () => expect((await tray())?.menu[0]?.label).toBe('1 running, 2 queued'), soon)
  await clickTray('Pause queue')
  await vi.waitFor(
    async () => expect(await tray()).toMatchObject({ icon: 'paused.png', tooltip: 'Atlas UX: Queue paused, 2 queued' }),
    soon,
  )
  await clickTray('Resume queue')
  await vi.waitFor(async () => expect((await tray())?.icon).toBe('normal.png'), soon)
  await clickTray('Quit')
  expect(await ended()).toBe(0)
  expect(page.isClosed()).toBe(true)
})

test('closing asks once whether jobs go on, and quits when told so', async () => {
  const { closeWindow, questions, answer, windowStates, ended } = await start()
  await closeWindow()
  await vi.waitFor(async () => expect((await questions())[0]?.buttons).toEqual(['Keep running', 'Quit']), soon)
  await answer('Keep running')
  await vi.waitFor(async () => expect((await windowStates())[0]?.minimized).toBe(true), soon)
  await closeWindow()
  await vi.waitFor(async () => expect(await questions()).toHaveLength(1), soon)
  await answer('Quit')
  expect(await ended()).toBe(0)
})

test('the page cannot leave or open windows; an https link opens in the browser of the system', async () => {
  const { page, openedOutside } = await start()
  await page.locator('#away').click()
  await page.locator('#window').click()
  await vi.waitFor(async () => expect(await openedOutside()).toEqual(['https://example.com/docs']), soon)
  expect(await page.evaluate('window.port instanceof MessagePort')).toBe(true)
})

test('the page runs no inline script and reaches no other address', async () => {
  const { page } = await start()
  const violated = await page.evaluate(`new Promise((resolve) => {
    document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective))
    document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="window.hacked = true">')
  })`)
  expect(violated).toMatch(/^script-src/)
  expect(await page.evaluate("fetch('https://example.com/').then(() => 'reached', () => 'refused')")).toBe('refused')
  expect(await page.evaluate('window.hacked')).toBeUndefined()
})

test('a deep link navigates, and a bad one only shows the window', async () => {
  const { page, openLink } = await start(['atlas-ux://open/audit'])
  await page.getByText('"path":"/audit"').waitFor()
  await openLink('atlas-ux://open/jobs?state=failed')
  await page.getByText('"path":"/jobs?state=failed"').waitFor()
  await openLink('atlas-ux://open/../../etc/passwd')
  await openLink('atlas-ux://delete/everything')
  await openLink('atlas-ux://open/connections')
  await page.getByText('"path":"/connections"').waitFor()
})

test('a second start goes, and hands its link to the first', async () => {
  const { page } = await start()
  const second = forkMain({ main: standInMain, env: env(), argv: ['atlas-ux://open/settings'] })
  expect(await once(second, 'exit')).toEqual([0, null])
  await page.getByText('"path":"/settings"').waitFor()
})

test('it does not start with a debugger open to everybody', async () => {
  const refused = forkMain({ main: standInMain, env: env(), argv: ['--remote-debugging-port=9222'] })
  expect(await once(refused, 'exit')).toEqual([2, null])
})
