/** No secret leaves: canaries in every secret field, a provider that echoes them in its errors, and a search of all that came out. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRpc, type RpcClient, type RunningRpc } from '../running-rpc.ts'
import { type RunningServe, startServe } from '../running-serve.ts'
import { type Canary, createCanary, findCanaries } from './canaries.ts'
import { type EchoServer, startEchoServer } from './echo-server.ts'
import { watchProcesses } from './process-table.ts'
import { type Program, startProgram } from './program.ts'
import { report, until } from './scale.ts'

/** Throttling comes last: it holds the buckets that the others need. */
const statuses = [401, 403, 400, 422, 302, 200, 500, 503, 429]

const passphrase = createCanary('the passphrase of the vault', (core) => `${core} with ümläute`)
const secrets = {
  telegram: createCanary('telegram botToken', (core) => `123456789:${core}`),
  slack: createCanary('slack botToken', (core) => `xoxb-${core}`),
  resend: createCanary('resend apiKey', (core) => `re_${core}`),
  clientSecret: createCanary('microsoft clientSecret', (core) => `${core}~/+="&ä`),
  accessToken: createCanary('microsoft accessToken'),
  refreshToken: createCanary('microsoft refreshToken'),
  workflowsUrl: createCanary('microsoft workflowsUrl'),
}
const canaries: readonly Canary[] = [passphrase, ...Object.values(secrets)]

let folder = ''
let echo: EchoServer
let serve: RunningServe
let worker: Program
let whatProcessesTold: ReturnType<typeof watchProcesses>
let rpc: RunningRpc
let client: RpcClient
let tenantId = ''
const heard: string[] = []
const answers: { where: string; text: string }[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-canary-'))
  echo = await startEchoServer()
  const environment = { ATLAS_VAULT: 'file', ATLAS_VAULT_PASSPHRASE: passphrase.value, ATLAS_LOG: 'trace' }
  const dataDir = join(folder, 'data')
  whatProcessesTold = watchProcesses(() => [serve?.pid, worker?.pid].filter((pid) => pid !== undefined))
  serve = await startServe({ dataDir, environment })
  worker = startProgram('out/main/worker.js', {
    through: ['sh', '-c', 'exec "$@" 2>&1', 'worker'],
    arguments: ['--data-dir', dataDir],
    environment: { ...environment, HOME: folder },
  })
  await worker.line('Atlas UX worker is ready')
  const opening = await openRpc(serve)
  tenantId = (await opening.client.tenants.create({ name: 'Canary' })).id
  opening.close()
  rpc = await openRpc(serve, tenantId)
  client = rpc.client
  void listen()
})

afterAll(async () => {
  rpc.close()
  await serve.kill()
  await worker.kill()
  await echo.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Keeps all announcements, until the socket ends. */
async function listen(): Promise<void> {
  try {
    for await (const news of await client.system.news()) heard.push(JSON.stringify(news))
  } catch {
    // The socket was closed: there is nothing more to hear.
  }
}

/** Keeps what was answered, refusals included. */
async function note<T>(where: string, asking: Promise<T>): Promise<T | undefined> {
  try {
    const answer = await asking
    answers.push({ where, text: JSON.stringify(answer) ?? '' })
    return answer
  } catch (error) {
    const { message, data, stack, cause } = error as Error & { data?: unknown }
    answers.push({ where, text: `${message} ${JSON.stringify(data)} ${stack} ${String(cause)}` })
    return undefined
  }
}

interface Turn {
  provider: string
  credential: Record<string, string>
  settings: Record<string, string>
  order: Parameters<RpcClient['jobs']['create']>[0]
}

const application = { tenantId: 'canary.example', clientId: '00000000-0000-4000-8000-000000000001' }
const mail = { to: 'ops@example.com', subject: 'hello', text: 'hello' }

/** Credentials in the order in which they are stored, each with an order that uses it; Microsoft's ways in take turns. */
function turns(status: number): Turn[] {
  const at = (provider: string) => ({ endpoint: `${echo.url}/${provider}` })
  const workflowsUrl = `${echo.url}/microsoft/workflows/w/triggers/manual/paths/invoke?sig=${secrets.workflowsUrl.value}`
  const { accessToken, refreshToken, clientSecret } = secrets
  const person = { ...application, accessToken: accessToken.value, refreshToken: refreshToken.value }
  // A channel of its own each time, so that no limit makes the next one wait.
  const post = { teamId: 'team', channelId: `19:channel${status}@thread.tacv2`, text: 'hello' }
  return [
    {
      provider: 'telegram',
      credential: { botToken: secrets.telegram.value },
      settings: at('telegram'),
      order: { kind: 'TELEGRAM_SEND', input: { chatId: String(1_000 + status), text: 'hello' } },
    },
    {
      provider: 'slack',
      credential: { botToken: secrets.slack.value },
      settings: at('slack'),
      order: { kind: 'SLACK_SEND', input: { channel: `C${status}`, text: 'hello' } },
    },
    {
      provider: 'resend',
      credential: { apiKey: secrets.resend.value },
      settings: { ...at('resend'), from: 'a@canary.example' },
      order: { kind: 'EMAIL_SEND', input: mail },
    },
    {
      provider: 'microsoft',
      credential: { ...application, clientSecret: clientSecret.value, workflowsUrl },
      settings: at('microsoft'),
      order: { kind: 'TEAMS_SEND', input: post },
    },
    { provider: 'microsoft', credential: person, settings: at('microsoft'), order: { kind: 'TEAMS_SEND', input: post } },
    {
      provider: 'microsoft',
      credential: { ...person, expiresAt: '2020-01-01T00:00:00Z' },
      settings: at('microsoft'),
      order: { kind: 'EMAIL_SEND', input: mail },
    },
  ]
}

/** Orders and waits until it was tried at least once. */
async function send(order: Turn['order']): Promise<void> {
  const { body } = await client.jobs.create({ ...order, maxAttempts: 1 })
  await until(`job ${body.id} to be tried`, async () => {
    const { history, state } = await client.jobs.get({ id: body.id })
    return state !== 'running' && (history.length > 0 || state !== 'queued') ? true : undefined
  })
}

async function tryEverything(status: number): Promise<void> {
  echo.answerWith(status)
  for (const { provider, credential, settings, order } of turns(status)) {
    await note(`PUT ${provider} ${status}`, client.connections.put({ provider, credential, settings, check: false }))
    await note(`PUT ${provider} ${status}`, client.connections.put({ provider, credential, settings, replaceAccount: true }))
    await note(`check ${provider} ${status}`, client.connections.check({ provider }))
    for (const picker of ['chats', 'channels', 'teams'])
      await note(`choices ${provider} ${status}`, client.connections.choices({ provider, picker, context: { teamId: 'team' } }))
    if (provider === 'microsoft') await note(`sign in ${status}`, client.oauth.start({ provider }))
    await send(order)
  }
}

const reads = [
  '/health',
  '/openapi.json',
  '/tenants',
  '/providers',
  '/connections',
  '/connections/microsoft',
  '/connections/import',
  '/oauth/microsoft/status',
  '/jobs?limit=200',
  '/jobs/stats',
  '/audit?limit=200',
  '/audit/export?format=jsonl',
  '/audit/export?format=csv',
  '/conversations',
  '/notices',
  '/settings',
  '/limits',
  '/vault',
  '/about',
  '/pauses',
  '/tokens',
  '/metrics',
]

async function readEverything(): Promise<void> {
  for (const path of reads) {
    const headers = { authorization: `Bearer ${serve.token}`, 'x-tenant-id': tenantId }
    const response = await fetch(`${serve.url}/v1${path}`, { headers })
    answers.push({ where: `GET ${path}`, text: `${JSON.stringify([...response.headers])} ${await response.text()}` })
    expect(response.status, path).toBe(200)
  }
  const { items } = await client.jobs.list({ limit: 200 })
  for (const { id } of items) await note(`job ${id}`, client.jobs.get({ id }))
  await note('recovery export', client.system.recoveryExport({ passphrase: 'another long passphrase' }))
}

function filesUnder(path: string): string[] {
  return readdirSync(path, { recursive: true })
    .map((name) => join(path, String(name)))
    .filter((file) => statSync(file).isFile())
}

const searchFiles = () =>
  told(filesUnder(join(folder, 'data')).flatMap((file) => findCanaries(file.slice(folder.length), readFileSync(file), canaries)))

test('every secret was really used, so that it could have leaked', async () => {
  for (const status of statuses) await tryEverything(status)
  await readEverything()
  const used = canaries.filter(({ core }) => echo.transcript().includes(core)).map(({ name }) => name)
  expect(used.sort()).toEqual(
    Object.values(secrets)
      .map(({ name }) => name)
      .sort(),
  )
})

/** Enough to see what is wrong, and how much of it there is. */
const told = (found: readonly string[]) => (found.length > 12 ? [...found.slice(0, 12), `and ${found.length - 12} more`] : found)

test('no answer, over REST or RPC, tells a secret', () => {
  expect(answers.length).toBeGreaterThan(200)
  expect(told(answers.flatMap(({ where, text }) => findCanaries(where, text, canaries)))).toEqual([])
})

test('no announcement tells a secret', () => {
  expect(heard.length).toBeGreaterThan(0)
  expect(told(heard.flatMap((text) => findCanaries('an announcement', text, canaries)))).toEqual([])
})

test('nothing printed or logged tells a secret', () => {
  expect(findCanaries('the output', serve.output(), canaries)).toEqual([])
  expect(findCanaries('the output of the worker', worker.lines.join('\n'), canaries)).toEqual([])
})

/** What an operator chose to hand over in the environment lies there; nothing may pass it on. */
const withoutGiven = (text: string) => text.replace(`ATLAS_VAULT_PASSPHRASE=${passphrase.value}\0`, '')

test('no command line and no environment of a process tells a secret, while it works', async () => {
  const told = whatProcessesTold()
  const processes = new Set(told.map(({ where }) => where.split(' ').at(-1)))
  report(
    `canary: ${canaries.length} secrets looked for in ${answers.length} answers, ${heard.length} announcements and ${told.length} command lines and environments of ${processes.size} processes`,
  )
  expect(processes.size).toBeGreaterThanOrEqual(2)
  const isOwn = ({ where }: { where: string }) => [serve.pid, worker.pid].some((pid) => where.endsWith(` ${pid}`))
  expect(told.flatMap((each) => findCanaries(each.where, isOwn(each) ? withoutGiven(each.text) : each.text, canaries))).toEqual(
    [],
  )
})

test('control: a secret on a command line, or passed on in an environment, is found', async () => {
  const { value } = secrets.slack
  const loose = spawn('sh', ['-c', 'echo here; sleep 1; true', value], { env: { PATH: process.env.PATH, TOKEN: value } })
  const look = watchProcesses(() => (loose.pid === undefined ? [] : [loose.pid]))
  await once(loose.stdout, 'data')
  const found = look().flatMap(({ where, text }) => findCanaries(where, text, canaries))
  await once(loose, 'close')
  report(`canary, control: a secret handed to a process and to its child is found in ${found.length} places of the process table`)
  expect(found.length).toBeGreaterThanOrEqual(2)
})

test('no file of the data folder holds a secret, before the end and after it', async () => {
  expect(filesUnder(join(folder, 'data')).some((file) => file.endsWith('vault.json'))).toBe(true)
  expect(searchFiles()).toEqual([])
  rpc.close()
  worker.signal('SIGTERM')
  expect(await worker.ended).toBe(0)
  expect(await serve.stop()).toBe(0)
  expect(searchFiles()).toEqual([])
  expect(findCanaries('the output', serve.output(), canaries)).toEqual([])
})
