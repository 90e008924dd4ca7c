import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLedger, type Ledger } from './ledger.ts'
import { createSandboxServer, type SandboxServer } from './server.ts'
import { telegramSandbox } from './telegram.ts'

let ledger: Ledger
let server: SandboxServer
let url: string
let now = 1_700_000_000_000

beforeEach(async () => {
  now = 1_700_000_000_000
  ledger = createLedger(':memory:')
  server = createSandboxServer({ ledger, sandboxes: [telegramSandbox], now: () => now })
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

describe('buttons', () => {
  const keyboard = { inline_keyboard: [[{ text: 'Approve', callback_data: 'a:1' }]] }
  const all = ['message', 'callback_query']

  async function sent(chat = 100200300): Promise<string> {
    const { body } = await ask('sendMessage', { chat_id: chat, text: 'Decide', reply_markup: keyboard })
    expect(body.result).toMatchObject({ reply_markup: keyboard })
    return `${(body.result as { message_id: number }).message_id}`
  }
  const press = (messageId: string, data = 'a:1') => server.press({ provider: 'telegram', messageId, data, from: 'Ada' })
  async function pressed(): Promise<string> {
    const messageId = await sent()
    press(messageId)
    const { body } = await ask('getUpdates', { allowed_updates: all })
    return (body.result as { callback_query: { id: string } }[]).at(-1)?.callback_query.id ?? ''
  }

  test('are shown below what arrived, and a press is told with its message', async () => {
    const messageId = await sent(-1_001_234_567_890)
    expect(ledger.inbox()[0]).toMatchObject({ id: messageId, buttons: [[{ text: 'Approve', data: 'a:1' }]] })
    const waiting = ask('getUpdates', { timeout: 50, allowed_updates: all })
    press(messageId)
    expect((await waiting).body.result).toMatchObject([
      {
        callback_query: {
          from: { first_name: 'Ada', is_bot: false },
          data: 'a:1',
          message: { message_id: Number(messageId), chat: { title: 'Demo Team' }, text: 'Decide', reply_markup: keyboard },
        },
      },
    ])
  })

  test('whose presses nobody asked for are not told', async () => {
    press(await sent())
    expect((await ask('getUpdates', { allowed_updates: ['message'] })).body.result).toEqual([])
    expect((await ask('getUpdates')).body.result, 'what was asked for last still counts').toEqual([])
    expect((await ask('getUpdates', { allowed_updates: all })).body.result).toHaveLength(1)
  })

  test('that are not there cannot be pressed', async () => {
    const messageId = await sent()
    expect(() => press(messageId, 'b:1')).toThrow('no such button')
    expect(() => press('999')).toThrow('no such button')
    await ask('editMessageText', { chat_id: 100200300, message_id: messageId, text: 'Decided' })
    expect(() => press(messageId)).toThrow('no such button')
  })

  test.each([
    [{ inline_keyboard: [[{ text: 'x', callback_data: 'ä'.repeat(33) }]] }, 'BUTTON_DATA_INVALID'],
    [{ inline_keyboard: [{ text: 'x' }] }, "can't parse reply keyboard markup"],
    ['nonsense', "can't parse reply keyboard markup"],
  ])('%j is refused', async (markup, told) => {
    const { status, body } = await ask('sendMessage', { chat_id: 100200300, text: 'x', reply_markup: markup })
    expect([status, body.description]).toEqual([400, expect.stringContaining(told)])
  })

  test('a press is answered once, in time, by its own id', async () => {
    const id = await pressed()
    const answer = () => ask('answerCallbackQuery', { callback_query_id: id, text: 'Approved' })
    expect(await answer()).toMatchObject({ status: 200, body: { result: true } })
    expect(ledger.inbox()[0]).toMatchObject({ title: 'Answer to a press', to: 'Ada', text: 'Approved' })
    expect(await answer()).toMatchObject({ status: 400, body: { description: expect.stringContaining('query is too old') } })
    expect((await ask('answerCallbackQuery', { callback_query_id: '5' })).status).toBe(400)
    const late = await pressed()
    now += 900_001
    expect((await ask('answerCallbackQuery', { callback_query_id: late })).status).toBe(400)
  })

  test('a change to what is there already is refused, and so is one of a message that is not there', async () => {
    const edit = { chat_id: 100200300, message_id: await sent(), text: 'Decided' }
    expect((await ask('editMessageText', edit)).body.result).toMatchObject({ text: 'Decided' })
    expect((await ask('editMessageText', edit)).body.description).toContain('message is not modified')
    expect((await ask('editMessageText', { ...edit, reply_markup: keyboard })).status).toBe(200)
    expect(ledger.inbox().find(({ id }) => id === edit.message_id)?.buttons).toHaveLength(1)
    expect((await ask('editMessageText', { ...edit, chat_id: 5 })).body.description).toContain('message to edit not found')
  })
})
