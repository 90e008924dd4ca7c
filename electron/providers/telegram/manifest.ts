/** Telegram: messages of a bot to people, groups and channels, and what people write to it. */
import { z } from 'zod'
import type { Choice } from '#shared/contract/connections'
import { spans } from '#shared/time'
import { type CheckResult, defineProvider } from '../../kit/define.ts'
import { getChat, sendMessage } from './actions.ts'
import { answerPress, editMessage } from './buttons.ts'
import { callTelegram, type TelegramCall, TelegramCredential, TelegramSettings } from './client.ts'
import { poll } from './receive.ts'
import { rejects } from './refusals.ts'

const Bot = z.object({ id: z.int(), first_name: z.string(), username: z.string().min(1) })

async function check(call: TelegramCall): Promise<CheckResult> {
  const { id, first_name: name, username } = await callTelegram(call, 'ask', Bot, (api) => api.getMe())
  return { account: { id: `${id}`, name: `@${username}`, detail: name } }
}

/** Telegram lists no chats: the bot knows those that wrote to it. */
async function chatChoices(call: TelegramCall): Promise<Choice[]> {
  const heardFrom = await call.conversations()
  return heardFrom.map(({ externalId, title, kind }) => ({ value: externalId, label: title, hint: kind }))
}

const faq = 'https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this'

export const telegram = defineProvider({
  id: 'telegram',
  name: 'Telegram',
  category: 'communication',
  summary: 'Sends messages of a bot to people, groups and channels, and receives what they write to it.',
  docs: 'https://core.telegram.org/bots/api',
  setup: [
    'Open @BotFather in Telegram and send /newbot; choose a name and a username',
    'Paste the token it answers with here',
    'Open the new bot in Telegram and send /start: the chat appears under Messaging, where it can be made the default',
  ],
  notes: [
    'A bot cannot write first: each person must send /start to it, each group must add it.',
    'One program alone may receive with a token; a webhook set elsewhere keeps messages from arriving here.',
    'Telegram knows no idempotency key: a message whose answer was lost is never repeated by itself.',
    'Buttons decide only in the default chat and in the chats named as an operator’s; anybody else is told so, and it is recorded.',
    'Text that Telegram cannot read as MarkdownV2 goes as plain text, and the result says so.',
  ],
  endpoints: { api: 'https://api.telegram.org' },
  credential: TelegramCredential,
  settings: TelegramSettings,
  verification: { required: false, note: 'A bot needs no approval by Telegram.' },
  limits: [
    { bucket: 'bot', title: 'Messages of the bot', count: 30, perMs: spans.second, source: faq },
    { bucket: 'chat', title: 'Messages to one chat', count: 1, perMs: spans.second, source: faq },
    { bucket: 'group', title: 'Messages to one group', count: 20, perMs: spans.minute, source: faq },
  ],
  serves: { TELEGRAM_SEND: 'message.send' },
  actions: { 'message.send': sendMessage, 'message.edit': editMessage, 'press.answer': answerPress, 'chat.get': getChat },
  check: { call: 'getMe', run: check },
  pickers: { chats: { title: 'Chats', choices: chatChoices } },
  receive: { poll, pressAnswer: 'press.answer' },
  rejects,
})
