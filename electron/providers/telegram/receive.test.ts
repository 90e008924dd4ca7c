import { expect, test } from 'vitest'
import { AppError } from '#shared/failure'
import { telegram } from './manifest.ts'
import { ok, refused, world } from './test-world.ts'

const poll = telegram.receive?.poll
if (!poll) throw new Error('Telegram does not receive')

const person = { id: 42, is_bot: false, first_name: 'Ada', username: 'ada' }
const chat = { id: 42, type: 'private', first_name: 'Ada' }

test('the first poll asks without offset, the next one confirms what was told', async () => {
  const { seen, call } = world([
    ok([{ update_id: 10, message: { message_id: 1, date: 1_700_000_000, chat, from: person, text: '/start' } }]),
    ok([]),
  ])
  const first = await poll(call(), undefined, 25)
  expect(first).toEqual({
    messages: [
      { chatId: '42', chatTitle: 'Ada', chatKind: 'chat', messageId: '1', author: 'Ada', text: '/start', at: 1_700_000_000_000 },
    ],
    presses: [],
    cursor: '11',
  })
  expect(await poll(call(), first.cursor, 25)).toEqual({ messages: [], presses: [], cursor: '11' })
  expect(seen.map(({ json }) => json)).toEqual([
    { timeout: 25, allowed_updates: ['message', 'channel_post', 'callback_query'] },
    { timeout: 25, allowed_updates: ['message', 'channel_post', 'callback_query'], offset: 11 },
  ])
})

test('channel posts and messages without text are told; what cannot be read does not stop the rest', async () => {
  const channel = { id: -100, type: 'channel', title: 'News' }
  const { call } = world([
    ok([
      { update_id: 1, message: { odd: true } },
      { update_id: 2, channel_post: { message_id: 2, date: 5, chat: channel, caption: 'Look', photo: [] } },
      { update_id: 3, message: { message_id: 3, date: 6, chat, from: person, voice: {} } },
    ]),
  ])
  const { messages, cursor } = await poll(call(), '1', 0)
  expect(messages).toMatchObject([
    { chatId: '-100', chatKind: 'channel', author: 'News', text: 'Look' },
    { chatId: '42', text: '(voice)' },
  ])
  expect(cursor).toBe('4')
})

test('presses are told with who pressed what below which message; one that came from nowhere is passed over', async () => {
  const query = { id: '77', from: person, chat_instance: '1', data: 'approve:1' }
  const { call } = world([
    ok([
      { update_id: 1, callback_query: { ...query, message: { message_id: 9, date: 5, chat, text: 'Decide' } } },
      { update_id: 2, callback_query: { ...query, id: '78', message: { message_id: 8, date: 0, chat } } },
      { update_id: 3, callback_query: { ...query, inline_message_id: 'abc' } },
    ]),
  ])
  const { messages, presses, cursor } = await poll(call(), '1', 0)
  const press = { pressId: '77', data: 'approve:1', chatId: '42', messageId: '9', from: { id: '42', name: 'Ada' }, at: 0 }
  expect({ messages, presses, cursor }).toEqual({
    messages: [],
    presses: [press, { ...press, pressId: '78', messageId: '8' }],
    cursor: '4',
  })
})

test.each([
  ["Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first", 'webhook_set'],
  ['Conflict: terminated by other getUpdates request; make sure that only one bot instance is running', 'other_poller'],
])('%s is explained', async (description, code) => {
  const { call, seen } = world([refused(409, description)])
  const error = await poll(call(), undefined, 0).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AppError)
  expect((error as AppError).failure).toMatchObject({ kind: 'conflict', code })
  expect(seen).toHaveLength(1)
})

test('check names the bot', async () => {
  const { call, seen } = world([ok({ id: 7, is_bot: true, first_name: 'Atlas', username: 'atlas_bot' })])
  expect(await telegram.check.run(call())).toEqual({ account: { id: '7', name: '@atlas_bot', detail: 'Atlas' } })
  expect(seen[0]?.url).toMatch(/\/getMe$/)
})

test('the picker offers whoever wrote', async () => {
  expect(await telegram.pickers?.chats?.choices(world([]).call(), {})).toEqual([{ value: '42', label: 'Ada', hint: 'chat' }])
})

test('groups are held to their own limit', () => {
  const buckets = telegram.actions['message.send']?.buckets
  expect(buckets?.({ chatId: -5, text: 'x' }, {})).toEqual(['bot', 'chat:-5', 'group:-5'])
  expect(buckets?.({ text: 'x' }, { defaultChatId: '42' })).toEqual(['bot', 'chat:42'])
  expect(buckets?.({ text: 'x' }, {})).toEqual(['bot'])
})
