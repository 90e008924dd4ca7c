import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLedger, type Ledger } from './ledger.ts'
import { createSandboxServer, type SandboxServer } from './server.ts'
import { telegramSandbox } from './telegram.ts'

let ledger: Ledger
let server: SandboxServer
let url: string

beforeEach(async () => {
  ledger = createLedger(':memory:')
  server = createSandboxServer({ ledger, sandboxes: [telegramSandbox], now: () => 1_700_000_000_000 })
  url = (await server.start()).url
})
afterEach(async () => {
  await server.stop()
  ledger.close()
})

async function ask(method: string, body: object = {}, token = String(telegramSandbox.demoCredential.botToken)) {
  const answer = await fetch(`${url}/telegram/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

describe('the token', () => {
  test.each([
    ['1:wrong', 401, 'Unauthorized'],
    ['nonsense', 404, 'Not Found'],
  ])('%s is refused with %i', async (token, status, description) => {
    expect(await ask('getMe', {}, token)).toEqual({ status, body: { ok: false, error_code: status, description } })
  })

  test('that is right names the bot and stays out of the inbox', async () => {
    expect(await ask('getMe')).toMatchObject({ body: { ok: true, result: { is_bot: true, username: 'atlas_demo_bot' } } })
    await ask('sendMessage', { chat_id: 100200300, text: 'Hello' })
    expect(ledger.inbox()[0]).toMatchObject({
      to: 'Demo Operator',
      text: 'Hello',
      request: { path: '/bot<token>/sendMessage', body: { chat_id: 100200300, text: 'Hello' } },
    })
  })
})

describe('sendMessage', () => {
  test.each([
    [{ text: 'x' }, 'chat_id is empty'],
    [{ chat_id: 404404, text: 'x' }, 'chat not found'],
    [{ chat_id: 100200300, text: '  ' }, 'message text is empty'],
    [{ chat_id: 100200300, text: 'x'.repeat(4_097) }, 'message is too long'],
    [{ chat_id: 100200300, text: 'Hi.', parse_mode: 'MarkdownV2' }, "can't parse entities: Character '.' is reserved"],
    [{ chat_id: 100200300, text: '*Hi', parse_mode: 'MarkdownV2' }, "Can't find end of Bold entity"],
  ])('%j is refused: %s', async (body, told) => {
    const answer = await ask('sendMessage', body)
    expect(answer).toMatchObject({ status: 400, body: { ok: false, error_code: 400 } })
    expect(answer.body.description).toContain(told)
    expect(ledger.inbox()).toEqual([])
  })

  test.each([
    '*bold* _it_ __under__ ~no~ ||hush||',
    '`a.b!` and \\.',
    '```\nx = 1.\n```',
    '[a link](https://x.example/a.b)',
    '>quote',
  ])('takes %j as MarkdownV2', async (text) => {
    expect((await ask('sendMessage', { chat_id: '@atlas_demo_news', text, parse_mode: 'MarkdownV2' })).status).toBe(200)
  })

  test('tells a group that moved where it is now', async () => {
    const { body } = await ask('sendMessage', { chat_id: -400400, text: 'x' })
    expect(body.parameters).toEqual({ migrate_to_chat_id: -1001234567890 })
  })
})

describe('getUpdates', () => {
  test('tells what was written until an offset confirms it; then one can write back', async () => {
    server.receive('telegram', 'Ada', '/start')
    const first = await ask('getUpdates', { timeout: 0 })
    const [update] = first.body.result as { update_id: number; message: { chat: { id: number }; text: string; date: number } }[]
    expect(update).toMatchObject({ message: { text: '/start', date: 1_700_000_000, from: { first_name: 'Ada' } } })
    expect((await ask('getUpdates')).body.result).toHaveLength(1)
    expect((await ask('getUpdates', { offset: (update?.update_id ?? 0) + 1 })).body.result).toEqual([])
    expect((await ask('getUpdates')).body.result).toEqual([])
    expect((await ask('sendMessage', { chat_id: update?.message.chat.id, text: 'Hello Ada' })).status).toBe(200)
    expect(ledger.inbox()[0]?.to).toBe('Ada')
  })

  test('waits for somebody to write', async () => {
    const waiting = ask('getUpdates', { timeout: 50 })
    server.receive('telegram', 'Ada', 'Hello')
    expect((await waiting).body.result).toHaveLength(1)
  })

  test('is refused while a webhook is set', async () => {
    server.faults.set('telegram', 'webhook_set', true)
    expect((await ask('getUpdates')).status).toBe(409)
    expect((await ask('getMe')).status).toBe(200)
  })
})
