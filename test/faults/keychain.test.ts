/** The keychain in five states: what the product says and does in each, how long it takes, and what becomes of the credentials. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Failure } from '#shared/failure'
import { startServe } from '../running-serve.ts'
import { type SecretService, startSecretService } from '../secret-service.ts'
import { createCanary, findCanaries } from './canaries.ts'
import { report } from './scale.ts'

interface Answer {
  what: 'read' | 'status' | 'store'
  ms: number
  value?: unknown
  refused?: Failure
  thrown?: string
}

interface Told {
  answers: Answer[]
  stallMs: number
  /** From its last word to its end, in ms. */
  endingMs: number
}

const mostMs = 10_000
/** A timer that is due when the answer is, on a machine that does something else. */
const latenessMs = 500
const mostStallMs = 50

let folder = ''
const service = new Map<string, SecretService>()

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-keychain-'))
})

afterAll(async () => {
  for (const each of service.values()) {
    each.thaw()
    await each.stop()
  }
  rmSync(folder, { recursive: true, force: true })
})

async function ask(env: Record<string, string>, name: string, ...more: string[]): Promise<Told> {
  const at = join(folder, name)
  mkdirSync(at, { recursive: true })
  const file = join(import.meta.dirname, 'keychain-program.ts')
  const child = spawn(process.execPath, [file, '--folder', at, ...more], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const said = await text(child.stdout)
  const { endingAt, ...told } = JSON.parse(said) as Omit<Told, 'endingMs'> & { endingAt: number }
  return { ...told, endingMs: Date.now() - endingAt }
}

const answerOf = ({ answers }: Told, what: Answer['what']) => answers.find((answer) => answer.what === what)

/** The shortest of three stalls: what blocks by its nature blocks each time, a busy machine does not. */
async function leastStall(first: Told, again: () => Promise<Told>): Promise<number> {
  let least = first.stallMs
  for (let tries = 0; tries < 2 && least > mostStallMs; tries += 1) least = Math.min(least, (await again()).stallMs)
  return least
}

function filesUnder(path: string): string[] {
  return readdirSync(path, { recursive: true })
    .map((name) => join(path, String(name)))
    .filter((file) => statSync(file).isFile())
}

interface State {
  name: string
  code: string
  words: RegExp
  /** Brings the keychain into the state; answers the environment in which it is met. */
  enter(one: SecretService): Promise<Record<string, string>> | Record<string, string>
  leave(one: SecretService): Promise<void> | void
}

const states: readonly State[] = [
  {
    name: 'absent',
    code: 'vault_no_store',
    words: /There is no Secret Service/,
    enter: ({ env }) => ({ ...env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }),
    leave: () => undefined,
  },
  {
    name: 'closed since the sign-in',
    code: 'vault_locked',
    words: /is locked. Unlock it/,
    enter: (one) => one.restart(null).then(() => one.env),
    leave: (one) => one.restart('test'),
  },
  {
    name: 'locked, and its question dismissed',
    code: 'vault_locked',
    words: /is locked. Unlock it/,
    enter: (one) => {
      one.lock()
      return one.env
    },
    leave: (one) => one.restart('test'),
  },
  {
    name: 'without an answer',
    code: 'vault_locked',
    words: /does not answer. Unlock it/,
    enter: (one) => {
      one.freeze()
      return one.env
    },
    leave: (one) => one.thaw(),
  },
]

test.concurrent.each(states)(
  '$name: refused in words, in time, with the event loop turning, and nothing lost or laid open',
  async (state) => {
    const { name, code, words } = state
    const one = await startSecretService()
    service.set(name, one)
    const [first, second] = [createCanary('the first'), createCanary('the second')]
    const stored = await ask(one.env, name, '--store', first.value)
    expect(answerOf(stored, 'status')?.value).toMatchObject({ state: 'ok' })
    expect(answerOf(stored, 'store')?.refused).toBeUndefined()

    const env = await state.enter(one)
    const closed = await ask(env, name, '--store', second.value)
    for (const what of ['read', 'store'] as const) {
      expect(answerOf(closed, what)?.refused, what).toMatchObject({
        kind: 'forbidden',
        code,
        message: expect.stringMatching(words),
      })
    }
    expect(answerOf(closed, 'status')?.value).toMatchObject({ backend: 'os', locked: true, state: code.slice('vault_'.length) })
    const longest = Math.max(...closed.answers.map(({ ms }) => ms))
    expect(longest).toBeLessThan(mostMs + latenessMs)
    const stall = await leastStall(closed, () => ask(env, name))
    expect(stall).toBeLessThan(mostStallMs)
    expect(closed.endingMs).toBeLessThan(5_000)
    const laidOpen = filesUnder(join(folder, name)).flatMap((file) => findCanaries(file, readFileSync(file), [first, second]))
    expect(laidOpen).toEqual([])

    await state.leave(one)
    const after = await ask(one.env, name)
    expect(answerOf(after, 'read')?.value).toEqual({ botToken: first.value })
    report(
      `keychain: ${name}: ${code} within ${Math.round(longest)} ms, the event loop held for ${Math.round(stall)} ms at most, ended ${closed.endingMs} ms later; no credential lost, none in plain text`,
    )
  },
)

test('the built program reaches the keychain, and answers others while it is silent', async () => {
  const one = await startSecretService()
  service.set('built', one)
  const serve = await startServe({ dataDir: join(folder, 'built'), environment: { ...one.env, ATLAS_VAULT: 'os' } })
  try {
    expect((await serve.ask('GET', '/v1/vault')).body).toMatchObject({ backend: 'os', state: 'ok' })
    const { body } = await serve.ask('POST', '/v1/tenants', { name: 'Keychain' })
    one.freeze()
    const credential = { botToken: '123456789:silent' }
    const refusal = serve.ask('PUT', '/v1/connections/telegram', { credential, check: false }, (body as { id: string }).id)
    let isOver = false
    void refusal.then(() => {
      isOver = true
    })
    let meanwhile = 0
    for (; !isOver; meanwhile += 1) await serve.ask('GET', '/v1/jobs')
    expect((await refusal).body).toMatchObject({ error: { kind: 'forbidden', code: 'vault_locked' } })
    report(`keychain: while it was silent to the built program, that answered ${meanwhile} other requests`)
    expect(meanwhile).toBeGreaterThan(50)
  } finally {
    one.thaw()
    await serve.kill()
  }
})

test('control: a question that blocks the event loop, and a secret that lies in a file, are found', async () => {
  const env = { PATH: process.env.PATH ?? '', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }
  const told = await ask(env, 'control', '--block', '200')
  expect(await leastStall(told, () => ask(env, 'control', '--block', '200'))).toBeGreaterThan(mostStallMs)
  report(`keychain, control: an event loop that is held for 200 ms is found, and was`)
})
