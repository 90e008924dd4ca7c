import { describe, expect, test } from 'vitest'
import { telegram } from './manifest.ts'
import { message, ok, refused, world } from './test-world.ts'

const buttons = [
  [
    { text: 'Approve', data: 'a:1' },
    { text: 'Reject', data: 'r:1' },
  ],
]
const keyboard = {
  inline_keyboard: [
    [
      { text: 'Approve', callback_data: 'a:1' },
      { text: 'Reject', callback_data: 'r:1' },
    ],
  ],
}

describe('buttons of a message', () => {
  test('stand below its last part', async () => {
    const { seen, run } = world([message(1), message(2)])
    await run('message.send', { chatId: 42, text: `${'a'.repeat(4_000)}\n\n${'b'.repeat(4_000)}`, buttons })
    expect(seen.map(({ json }) => json.reply_markup)).toEqual([undefined, keyboard])
  })

  test('stay where the text had to go as plain text', async () => {
    const { seen, run } = world([refused(400, "Bad Request: can't parse entities: odd"), message(2)])
    await run('message.send', { chatId: 42, text: 'Hello.', format: 'markdown', buttons })
    expect(seen[1]?.json).toEqual({ chat_id: 42, text: 'Hello.', reply_markup: keyboard })
  })

  test.each([
    ['data of more than 64 bytes', [[{ text: 'x', data: 'ä'.repeat(33) }]]],
    ['no data', [[{ text: 'x', data: '' }]]],
    ['nothing to read on them', [[{ text: ' ', data: 'x' }]]],
    ['an empty row', [[]]],
    ['no row', []],
  ])('with %s are refused before anything is sent', (_what, rows) => {
    const input = telegram.actions['message.send']?.input
    expect(input?.safeParse({ text: 'x', buttons: rows }).success).toBe(false)
    expect(input?.safeParse({ text: 'x', buttons: [[{ text: 'x', data: 'ä'.repeat(32) }]] }).success).toBe(true)
  })
})

describe('an answer to a press', () => {
  const gone = refused(400, 'Bad Request: query is too old and response timeout expired or query ID is invalid')

  test('is answerCallbackQuery as documented', async () => {
    const { seen, run } = world([ok(true)])
    expect(await run('press.answer', { pressId: '77', text: 'Approved' })).toEqual({ answered: true })
    expect(seen[0]?.url).toMatch(/\/answerCallbackQuery$/)
    expect(seen[0]?.json).toEqual({ callback_query_id: '77', text: 'Approved' })
  })

  test('that comes too late is no failure, and is told', async () => {
    expect(await world([gone]).run('press.answer', { pressId: '77' })).toEqual({ answered: false })
  })

  test('of any other refusal is one', async () => {
    const { failureOf } = world([refused(401, 'Unauthorized')])
    expect(await failureOf('press.answer', { pressId: '77' })).toMatchObject({ kind: 'unauthorized' })
  })
})

describe('a change of a message', () => {
  const order = { chatId: '-100123', messageId: '9', text: 'Approved by Ada' }

  test('takes the buttons away unless it names some', async () => {
    const { seen, run } = world([message(9)])
    expect(await run('message.edit', order)).toEqual({ changed: true })
    await run('message.edit', { ...order, buttons })
    expect(seen.map(({ json }) => json)).toEqual([
      { chat_id: -100123, message_id: 9, text: 'Approved by Ada' },
      { chat_id: -100123, message_id: 9, text: 'Approved by Ada', reply_markup: keyboard },
    ])
  })

  test('that changes nothing is no failure, and is told', async () => {
    const same = refused(400, 'Bad Request: message is not modified: specified new message content and reply markup are the same')
    expect(await world([same]).run('message.edit', order)).toEqual({ changed: false })
  })

  test('of a message that is gone says so', async () => {
    const { failureOf } = world([refused(400, 'Bad Request: message to edit not found')])
    expect(await failureOf('message.edit', order)).toMatchObject({ kind: 'not_found', code: 'no_message' })
  })
})
