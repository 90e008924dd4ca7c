/** No secret is on a screen: stored, typed, refused and echoed by providers, and looked for in all that a browser holds and hears. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Browser, chromium, type Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumOptions } from '../e2e/chromium.ts'
import { openRpc } from '../running-rpc.ts'
import { type RunningServe, startServe } from '../running-serve.ts'
import { type Canary, createCanary, findCanaries } from './canaries.ts'
import { type EchoServer, startEchoServer } from './echo-server.ts'
import { report, until } from './scale.ts'

const secrets = {
  telegram: createCanary('telegram botToken', (core) => `123456789:${core}`),
  slack: createCanary('slack botToken', (core) => `xoxb-${core}`),
  resend: createCanary('resend apiKey', (core) => `re_${core}`),
  openrouter: createCanary('openrouter apiKey', (core) => `sk-or-v1-${core}`),
  typed: createCanary('a token that was typed', (core) => `123456789:${core}`),
}
const canaries: readonly Canary[] = Object.values(secrets)

/** Where connections, credentials, the log, jobs and models are shown. */
const places = [
  '/overview',
  '/integrations',
  ...['telegram', 'slack', 'resend', 'openrouter'].map((provider) => `/integrations/${provider}`),
  '/messaging',
  '/messaging?tab=triggers',
  '/publishing',
  '/agents',
  '/agents?tab=runs',
  '/agents?tab=costs',
  '/jobs',
  '/files',
  '/audit',
  '/ai',
  '/ai?tab=routing',
  '/ai?tab=cost',
  '/ai?tab=playground',
  '/billing',
  '/sandbox',
  '/settings/tenants',
  '/settings/secrets',
  '/settings/tokens',
  '/settings/notifications',
  '/settings/about',
]

/** How long a screen has for its answers before it is looked at; what comes later is caught on the network all the same. */
const settleMs = 150

let folder = ''
let echo: EchoServer
let serve: RunningServe
let browser: Browser
let page: Page
/** Jobs that a provider refused. */
const tried: string[] = []
/** What the page was told over the network and said on its console. */
const heard: { where: string; text: string }[] = []
const reading: Promise<void>[] = []

/** Every order is refused by a provider that repeats all it was told, secrets first. */
async function fill(): Promise<void> {
  const { client, close } = await openRpc(serve)
  const credentials = {
    telegram: { botToken: secrets.telegram.value },
    slack: { botToken: secrets.slack.value },
    resend: { apiKey: secrets.resend.value },
    openrouter: { apiKey: secrets.openrouter.value },
  }
  const orders = {
    telegram: { kind: 'TELEGRAM_SEND', input: { chatId: '1000', text: 'hello' } },
    slack: { kind: 'SLACK_SEND', input: { channel: 'C1', text: 'hello' } },
    resend: { kind: 'EMAIL_SEND', input: { to: 'ops@example.com', subject: 'hello', text: 'hello' } },
  } as const
  echo.answerWith(403)
  for (const [provider, credential] of Object.entries(credentials)) {
    const from = provider === 'resend' ? { from: 'a@canary.example' } : {}
    const settings = { endpoint: `${echo.url}/${provider}`, ...from }
    await client.connections.put({ provider, credential, settings, check: false })
    await client.connections.check({ provider }).catch(() => undefined)
  }
  for (const order of Object.values(orders)) {
    const { body } = await client.jobs.create({ ...order, maxAttempts: 1 })
    tried.push(body.id)
    await until(`job ${body.id} to be tried`, async () => {
      const { history, state } = await client.jobs.get({ id: body.id })
      return state !== 'running' && (history.length > 0 || state !== 'queued') ? true : undefined
    })
  }
  close()
}

function listen(): void {
  page.on('console', (message) => heard.push({ where: 'the console', text: message.text() }))
  page.on('pageerror', (error) => heard.push({ where: 'an error of the page', text: `${error.message} ${error.stack}` }))
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => heard.push({ where: 'the socket', text: payload.toString('latin1') })),
  )
  page.on('requestfinished', (request) => {
    const where = new URL(request.url()).pathname
    const note = async () => {
      const response = await request.response()
      if (response) heard.push({ where, text: `${JSON.stringify(response.headers())} ${await response.text()}` })
    }
    // A page that was left takes its answers with it.
    reading.push(note().catch(() => undefined))
  })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-canary-screens-'))
  echo = await startEchoServer()
  serve = await startServe({ dataDir: join(folder, 'data') })
  await fill()
  browser = await chromium.launch(chromiumOptions())
  page = await browser.newPage({ viewport: { width: 1366, height: 860 } })
  page.setDefaultTimeout(10_000)
  listen()
  await page.goto(serve.link)
  await page.getByRole('button', { name: 'Explore the demo' }).click()
  await page.getByText('nothing leaves this machine').first().waitFor()
})

afterAll(async () => {
  await browser?.close()
  await serve.kill()
  await echo.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** All that the page holds: what it shows, what stands in its fields, what it keeps. Words of the page, which has other names than this program. */
const everything = `JSON.stringify([
  document.documentElement.outerHTML,
  [...document.querySelectorAll('input, textarea, select')].map(({ value }) => value),
  [{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, document.title, history.state],
])`

const held = () => page.evaluate<string>(everything)

async function go(path: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#${path}`)}`)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.waitForTimeout(settleMs)
}

const found: string[] = []
let looks = 0

async function look(where: string): Promise<void> {
  looks += 1
  found.push(...findCanaries(where, await held(), canaries))
}

test('no screen holds a secret that is stored, and that providers repeat', async () => {
  for (const path of places) {
    await go(path)
    await look(path)
    for (const tab of await page.getByRole('complementary').getByRole('tab').all()) {
      await tab.click()
      await look(`${path}, ${await tab.textContent()}`)
    }
  }
  for (const id of tried) {
    for (const path of [`/jobs?id=${id}`, `/audit?target=${id}`]) {
      await go(path)
      await look(path)
    }
  }
  expect(found).toEqual([])
  expect(looks).toBeGreaterThan(places.length + 15)
})

test('a secret that is typed is gone from the page once it is stored', async () => {
  await go('/integrations/telegram')
  await page.getByRole('tab', { name: 'Setup' }).click()
  const field = page.getByLabel(/Bot token/).first()
  await field.fill(secrets.typed.value)
  expect(findCanaries('the form', await held(), canaries), 'control: what stands in a field is found').toHaveLength(1)
  await page
    .getByRole('complementary')
    .getByRole('button', { name: /^(Connect|Save)/ })
    .first()
    .click()
  await until('the token to arrive', async () => (echo.transcript().includes(secrets.typed.core) ? true : undefined))
  await go('/overview')
  await look('/overview, after a token was typed')
  await go('/integrations/telegram')
  await look('/integrations/telegram, after a token was typed')
  expect(found).toEqual([])
})

test('nothing that the page was told or said holds a secret', async () => {
  // An answer that the browser gives no text of would be waited for without end.
  await Promise.race([Promise.all(reading), wait(3_000)])
  report(
    `canary: ${canaries.length} secrets looked for ${looks} times in what screens hold, and in ${heard.length} answers, frames and lines of the console`,
  )
  expect(heard.length).toBeGreaterThan(50)
  expect(heard.flatMap(({ where, text }) => findCanaries(where, text, canaries))).toEqual([])
})

test('control: a secret in an attribute, in storage and on the console is found', async () => {
  const secret = JSON.stringify(secrets.slack.value)
  await page.evaluate(`document.body.setAttribute('data-planted', ${secret})`)
  expect(findCanaries('the page', await held(), canaries)).toHaveLength(1)
  await page.evaluate(
    `document.body.removeAttribute('data-planted'); sessionStorage.setItem('planted', ${secret}); console.info(${secret})`,
  )
  expect(findCanaries('the storage', await held(), canaries)).toHaveLength(1)
  expect(heard.flatMap(({ where, text }) => findCanaries(where, text, canaries))).toHaveLength(1)
  report('canary, control: secrets planted in an attribute, in storage and on the console were found')
})
