import { describe, expect, test } from 'vitest'
import { message, ok, refused, world } from './test-world.ts'

const lost = () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: new Error('socket hang up') }))

describe('the request', () => {
  test('is sendMessage of the Bot API as documented, and nothing more', async () => {
    const { seen, run } = world([message(7)])
    const output = await run('message.send', { chatId: 42, text: 'Hello' })
    expect(output).toEqual({ messageIds: ['7'], chatId: '42', format: 'plain', parts: 1 })
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({ method: 'POST', url: 'https://api.telegram.org/bot123456:canary-token_ABC/sendMessage' })
    expect(seen[0]?.headers.get('content-type')).toBe('application/json')
    expect(seen[0]?.json).toEqual({ chat_id: 42, text: 'Hello' })
  })

  test.each([
    ['-1001234567890', -1001234567890],
    ['@news_of_us', '@news_of_us'],
  ])('names the chat %s as %j', async (chatId, wire) => {
    const { seen, run } = world([message(7)])
    await run('message.send', { chatId, text: 'Hello' })
    expect(seen[0]?.json.chat_id).toBe(wire)
  })

  test('goes to the default chat when none is named', async () => {
    const { seen, run } = world([message(7)], { settings: { defaultChatId: '99' } })
    expect(await run('message.send', { text: 'Hello' })).toMatchObject({ chatId: '99' })
    expect(seen[0]?.json.chat_id).toBe(99)
  })

  test('is not made without any chat; the operator is told what to do', async () => {
    const { seen, failureOf } = world([message(7)])
    const failure = await failureOf('message.send', { text: 'Hello' })
    expect(failure).toMatchObject({ kind: 'invalid', fields: [{ path: 'chatId' }], action: { href: '/integrations/telegram' } })
    expect(failure.message).toContain('Send /start to the bot, then set the default chat')
    expect(seen).toEqual([])
  })
})

describe('a long text', () => {
  const long = `${'a'.repeat(4_000)}\n\n${'b'.repeat(4_000)}\n\n${'c'.repeat(100)}`

  test('goes in parts, and each is remembered', async () => {
    const { seen, remembered, run } = world([message(1), message(2), message(3)])
    expect(await run('message.send', { chatId: '42', text: long })).toMatchObject({ messageIds: ['1', '2', '3'], parts: 3 })
    expect(seen.map(({ json }) => String(json.text)[0])).toEqual(['a', 'b', 'c'])
    expect(remembered).toMatchObject([{ messageIds: ['1'] }, { messageIds: ['1', '2'] }, { messageIds: ['1', '2', '3'] }])
  })

  test('goes on at the next part after a refusal', async () => {
    const first = world([message(1), refused(429, 'Too Many Requests: retry after 9', { retry_after: 9 })])
    const failure = await first.failureOf('message.send', { chatId: '42', text: long })
    expect(failure).toMatchObject({ kind: 'rate_limited', retryAfterMs: 9_000 })
    const second = world([message(2), message(3)], { progress: first.remembered.at(-1) })
    expect(await second.run('message.send', { chatId: '42', text: long })).toMatchObject({
      messageIds: ['1', '2', '3'],
      parts: 3,
    })
    expect(second.seen.map(({ json }) => String(json.text)[0])).toEqual(['b', 'c'])
  })
})

describe('markdown', () => {
  const unreadable = refused(400, "Bad Request: can't parse entities: Character '.' is reserved and must be escaped")

  test('is sent as MarkdownV2', async () => {
    const { seen, run } = world([message(1)])
    expect(await run('message.send', { chatId: '42', text: '*Hello*', format: 'markdown' })).toMatchObject({ format: 'markdown' })
    expect(seen[0]?.json).toEqual({ chat_id: 42, text: '*Hello*', parse_mode: 'MarkdownV2' })
  })

  test('goes as plain text when Telegram cannot read it, and says so', async () => {
    const { seen, run } = world([unreadable, message(2)])
    expect(await run('message.send', { chatId: '42', text: 'Hello.', format: 'markdown' })).toMatchObject({
      messageIds: ['2'],
      format: 'plain',
    })
    expect(seen[1]?.json).toEqual({ chat_id: 42, text: 'Hello.' })
  })

  test('one unreadable part does not take the format from the next', async () => {
    const { seen, run } = world([unreadable, message(1), message(2)])
    const text = `${'a'.repeat(4_000)}\n\n*${'b'.repeat(200)}*`
    expect(await run('message.send', { chatId: '42', text, format: 'markdown' })).toMatchObject({ format: 'plain', parts: 2 })
    expect(seen.map(({ json }) => json.parse_mode)).toEqual(['MarkdownV2', undefined, 'MarkdownV2'])
  })

  test('is tried as plain text once only', async () => {
    const { seen, failureOf } = world([unreadable])
    expect(await failureOf('message.send', { chatId: '42', text: 'Hello.', format: 'markdown' })).toMatchObject({
      kind: 'rejected',
    })
    expect(seen).toHaveLength(2)
  })
})

describe('a group that became a supergroup', () => {
  const moved = refused(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -1001 })

  test('is followed; the default chat moves with it', async () => {
    const { seen, patches, run } = world([moved, message(5)], { settings: { defaultChatId: '-5' } })
    expect(await run('message.send', { text: 'Hello' })).toMatchObject({ messageIds: ['5'], chatId: '-1001' })
    expect(seen.map(({ json }) => json.chat_id)).toEqual([-5, -1001])
    expect(patches).toEqual([{ defaultChatId: '-1001' }])
  })

  test('is followed without touching another default chat', async () => {
    const { patches, run } = world([moved, message(5)], { settings: { defaultChatId: '42' } })
    await run('message.send', { chatId: '-5', text: 'Hello' })
    expect(patches).toEqual([])
  })

  test('that moves again and again is given up', async () => {
    const { seen, failureOf } = world([moved, refused(400, 'moved', { migrate_to_chat_id: -1002 }), moved])
    const failure = await failureOf('message.send', { chatId: '-5', text: 'Hello' })
    expect(failure).toMatchObject({ kind: 'not_found', action: { copyText: '-1001' } })
    expect(seen).toHaveLength(3)
  })
})

describe('what Telegram refuses', () => {
  test.each([
    [401, 'Unauthorized', 'unauthorized', '@BotFather'],
    [404, 'Not Found', 'unauthorized', '@BotFather'],
    [403, 'Forbidden: bot was blocked by the user', 'forbidden', 'blocked the bot'],
    [403, "Forbidden: bot can't initiate conversation with a user", 'forbidden', '/start'],
    [403, 'Forbidden: bot was kicked from the supergroup chat', 'forbidden', 'not in that chat'],
    [400, 'Bad Request: chat not found', 'not_found', '/start'],
    [400, 'Bad Request: not enough rights to send text messages to the chat', 'forbidden', 'may not write'],
    [400, 'Bad Request: message text is empty', 'rejected', 'message text is empty'],
    [500, 'Internal Server Error', 'unknown', 'Internal Server Error'],
  ])('%i %s is %s', async (status, description, kind, told) => {
    const { failureOf } = world([refused(status, description)])
    const failure = await failureOf('message.send', { chatId: '42', text: 'Hello' })
    expect(failure.kind).toBe(kind)
    expect(JSON.stringify(failure)).toContain(told)
    expect(JSON.stringify(failure)).not.toContain('canary')
  })

  test('with HTTP 200 is no success', async () => {
    const inside = () => Promise.resolve(Response.json({ ok: false, error_code: 400, description: 'Bad Request: odd' }))
    const { failureOf } = world([inside])
    expect(await failureOf('message.send', { chatId: '42', text: 'Hello' })).toMatchObject({ kind: 'rejected', code: '400' })
  })
})

describe('what nobody can know', () => {
  test.each([
    ['a lost answer', lost],
    ['an answer that is not JSON', () => Promise.resolve(new Response('<html>'))],
    ['an answer of another shape', ok({ hello: 'there' })],
  ])('%s of a send is unknown and tells no token', async (_name, answer) => {
    const { failureOf } = world([answer])
    const failure = await failureOf('message.send', { chatId: '42', text: 'Hello' })
    expect(failure.kind).toBe('unknown')
    expect(JSON.stringify(failure)).not.toContain('canary')
  })
})

test('chat.get names a chat', async () => {
  const { seen, run } = world([ok({ id: 42, type: 'private', first_name: 'Ada', last_name: 'L.' })])
  expect(await run('chat.get', { chatId: '42' })).toEqual({ chatId: '42', title: 'Ada L.', kind: 'chat' })
  expect(seen[0]?.json).toEqual({ chat_id: 42 })
})
