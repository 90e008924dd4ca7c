import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { VaultStatus } from '#shared/contract/system'
import { type SecretService, startSecretService } from '../../../test/secret-service.ts'
import type { OsVaultOptions } from './os-vault.ts'

type Order = ['get' | 'set' | 'delete' | 'status', ...string[]]
type Answer = { value: unknown } | { refused: { kind: string; code: string; message: string } }

/** The bus is found by environment, so the vault is tried in a process of its own; secrets go there by stdin. */
const trial = `
const { createOsVault } = await import(${JSON.stringify(new URL('./os-vault.ts', import.meta.url).href)})
const { text } = await import('node:stream/consumers')
const { orders, options } = JSON.parse(await text(process.stdin))
const vault = createOsVault(options)
const answers = []
for (const [method, ...args] of orders) {
  answers.push(await vault[method](...args).then((value) => ({ value }), ({ failure }) => ({ refused: failure })))
}
process.stdout.write(JSON.stringify(answers))`

/** Reads one secret whenever it is told to, and counts how often the event loop turned meanwhile: once in 20 ms, if it may. */
const patientTrial = `
const { createOsVault } = await import(${JSON.stringify(new URL('./os-vault.ts', import.meta.url).href)})
const vault = createOsVault()
process.stdout.write('ready')
for await (const _word of process.stdin) {
  let turns = 0
  const timer = setInterval(() => { turns += 1 }, 20)
  const answer = await vault.get('Atlas UX/t', 'slack/1').catch((error) => error.message)
  clearInterval(timer)
  process.stdout.write(JSON.stringify({ turns, answer }))
}
process.exit(0)`

function ask(env: Record<string, string>, orders: Order[], options: OsVaultOptions = {}): Answer[] {
  const input = JSON.stringify({ orders, options })
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', trial], { env, input, encoding: 'utf8' })
  return JSON.parse(text) as Answer[]
}

/** Written by one process, read back by another. */
function roundTrip(env: Record<string, string>, secrets: string[], options: OsVaultOptions = {}): unknown[] {
  const place = (at: number) => ['Atlas UX/t', `slack/${at}`] as const
  ask(
    env,
    secrets.map((secret, at) => ['set', ...place(at), secret]),
    options,
  )
  const read = secrets.map((_, at): Order => ['get', ...place(at)])
  return ask(env, read, options).map((answer) => ('value' in answer ? answer.value : answer.refused))
}

const statusOf = ([answer]: Answer[]) => (answer && 'value' in answer ? (answer.value as VaultStatus) : undefined)

describe('an open Secret Service', () => {
  let service: SecretService
  beforeAll(async () => {
    service = await startSecretService()
  })
  afterAll(() => service.stop())

  test('proves itself by writing, reading and deleting', () => {
    expect(statusOf(ask(service.env, [['status']]))).toMatchObject({ backend: 'os', name: 'Secret Service', state: 'ok' })
  })

  test('keeps secrets of every length and of all of Unicode, for another process too', () => {
    const lengths = [1, 2_560, 2_561, 20_000].map((length) => 'x'.repeat(length))
    const words = ['ключ', '鍵\u0000🔑', 'é\u0301', 'line\nbreak', 'atlas-pieces-1:3:0123abcd']
    const drawn = fc.sample(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), 40)
    const secrets = [...lengths, ...words, ...drawn]
    expect(roundTrip(service.env, secrets)).toEqual(secrets)
  })

  test('keeps them in pieces as well, where one entry would be too long', () => {
    const secrets = ['🔑'.repeat(1_999), 'x'.repeat(20_000), 'short', 'x'.repeat(1_201)]
    expect(roundTrip(service.env, secrets, { pieceLength: 1_201 })).toEqual(secrets)
  })

  test('replaces a long secret by a short one and deletes it with all its pieces', () => {
    const place = ['Atlas UX/t', 'stripe/1'] as const
    const orders: Order[] = [
      ['set', ...place, 'a'.repeat(5_000)],
      ['set', ...place, 'b'.repeat(3_000)],
      ['get', ...place],
      ['set', ...place, 'c'],
      ['get', ...place],
      ['delete', ...place],
      ['delete', ...place],
      ['get', ...place],
    ]
    const before = service.count()
    const answers = ask(service.env, orders, { pieceLength: 1_200 })
    expect(answers.map((answer) => ('value' in answer ? answer.value : answer.refused))).toEqual([
      undefined,
      undefined,
      'b'.repeat(3_000),
      undefined,
      'c',
      true,
      false,
      null,
    ])
    expect(service.count()).toBe(before)
  })
})

test('a Secret Service that is locked refuses in words, at once, and its status says so', async () => {
  const service = await startSecretService()
  try {
    ask(service.env, [['set', 'Atlas UX/t', 'slack/1', 'secret']])
    service.lock()
    const [get, status] = ask(service.env, [['get', 'Atlas UX/t', 'slack/1'], ['status']])
    expect(get).toMatchObject({ refused: { kind: 'forbidden', code: 'vault_locked' } })
    expect(status).toMatchObject({ value: { state: 'locked', locked: true, message: expect.stringContaining('Unlock it') } })
  } finally {
    await service.stop()
  }
})

test('a Secret Service that does not answer is called silent, and not absent', async () => {
  const service = await startSecretService()
  try {
    service.freeze()
    const [get, status] = ask(service.env, [['get', 'Atlas UX/t', 'slack/1'], ['status']])
    const message = expect.stringContaining('does not answer')
    expect(get).toMatchObject({ refused: { kind: 'forbidden', code: 'vault_locked', message } })
    expect(status).toMatchObject({ value: { state: 'locked', locked: true, message } })
  } finally {
    service.thaw()
    await service.stop()
  }
})

test('a Secret Service that hangs does not hold the event loop, and one that comes back is used again', async () => {
  const service = await startSecretService()
  try {
    ask(service.env, [['set', 'Atlas UX/t', 'slack/1', 'secret']])
    const child = spawn(process.execPath, ['--input-type=module', '-e', patientTrial], { env: service.env })
    await once(child.stdout, 'data')
    service.freeze()
    child.stdin.write('look\n')
    const [silent] = (await once(child.stdout, 'data')) as [Buffer]
    service.thaw()
    child.stdin.write('look\n')
    const [back] = (await once(child.stdout, 'data')) as [Buffer]
    child.stdin.end()
    expect(JSON.parse(silent.toString())).toMatchObject({ turns: expect.toSatisfy((turns: number) => turns > 20) })
    expect(JSON.parse(silent.toString()).answer).toContain('does not answer')
    expect(JSON.parse(back.toString()).answer).toBe('secret')
  } finally {
    service.thaw()
    await service.stop()
  }
})

test('a Secret Service without a collection is no store, though reading from it answers "none"', async () => {
  const service = await startSecretService({ password: null })
  try {
    expect(statusOf(ask(service.env, [['status']]))).toMatchObject({ state: 'no_store', locked: true })
    expect(ask(service.env, [['set', 'Atlas UX/t', 'slack/1', 'secret']])).toMatchObject([
      { refused: { code: 'vault_no_store' } },
    ])
  } finally {
    await service.stop()
  }
})

test('a bus without a Secret Service is no store', async () => {
  const service = await startSecretService({ keyring: false })
  try {
    expect(statusOf(ask(service.env, [['status']]))).toMatchObject({ state: 'no_store', locked: true })
    expect(ask(service.env, [['get', 'Atlas UX/t', 'slack/1']])).toMatchObject([{ refused: { code: 'vault_no_store' } }])
  } finally {
    await service.stop()
  }
})

test('no bus at all is no store', () => {
  const env = { PATH: process.env.PATH ?? '', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }
  expect(statusOf(ask(env, [['status']]))).toMatchObject({ state: 'no_store', locked: true })
  expect(ask(env, [['get', 'Atlas UX/t', 'slack/1']])).toMatchObject([{ refused: { code: 'vault_no_store' } }])
})
