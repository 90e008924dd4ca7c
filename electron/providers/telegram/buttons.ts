/** Buttons below messages: sending them, telling a person what their press did, taking them away. */
import { z } from 'zod'
import { ButtonRows } from '#shared/buttons'
import { AppError } from '#shared/failure'
import { defineAction } from '../../kit/define.ts'
import { toWire } from './chat.ts'
import { callTelegram, type TelegramCall } from './client.ts'
import { goneQuery, notModified } from './refusals.ts'
import { longestPart } from './split.ts'

/** The keyboard as Telegram wants it. */
export function keyboardOf(rows: ButtonRows) {
  return { inline_keyboard: rows.map((row) => row.map(({ text, data }) => ({ text, callback_data: data }))) }
}

/** Whether it was refused for a reason after which nothing is left to do. */
const wasFor = (code: string, error: unknown) => error instanceof AppError && error.failure.code === code

export const answerPress = defineAction({
  title: 'Answer a press',
  effect: 'Tells the person who pressed a button, on their screen for a moment, what came of it.',
  source: 'https://core.telegram.org/bots/api#answercallbackquery',
  repeat: 'keyed',
  input: z.strictObject({
    pressId: z.string().min(1).max(64).meta({ title: 'Press' }),
    text: z.string().max(200).optional().meta({ title: 'Text', help: 'Without it, only the button stops waiting.' }),
  }),
  /** `answered` is false where Telegram takes no answer any more: it was answered before, or the person has gone on. */
  output: z.strictObject({ answered: z.boolean() }),
  buckets: () => ['bot'],
  subject: ({ text }) => `Answer to a press: ${text ?? '(no words)'}`.slice(0, 120),
  async run({ pressId, text }, call: TelegramCall) {
    const other = text === undefined ? {} : { text }
    try {
      await callTelegram(call, 'fetch', z.literal(true), (api) => api.answerCallbackQuery(pressId, other))
      return { answered: true }
    } catch (error) {
      if (wasFor(goneQuery, error)) return { answered: false }
      throw error
    }
  },
})

export const editMessage = defineAction({
  title: 'Change a message',
  effect: 'Replaces the text of a message that the bot sent, and its buttons; without buttons they go.',
  source: 'https://core.telegram.org/bots/api#editmessagetext',
  repeat: 'keyed',
  input: z.strictObject({
    chatId: z.union([z.string().min(1).max(64), z.int()]).meta({ title: 'Chat', picker: 'chats' }),
    messageId: z
      .string()
      .regex(/^[1-9]\d{0,15}$/, 'must be the number of a message')
      .meta({ title: 'Message' }),
    text: z.string().min(1).max(longestPart).meta({ title: 'Text', multiline: true }),
    format: z.enum(['plain', 'markdown']).optional().meta({ title: 'Format', advanced: true }),
    buttons: ButtonRows.optional().meta({ title: 'Buttons (JSON)', json: true, advanced: true }),
  }),
  /** `changed` is false where the message was like that already. */
  output: z.strictObject({ changed: z.boolean() }),
  buckets: ({ chatId }) => ['bot', `chat:${chatId}`],
  subject: ({ chatId, messageId, text }) => `Telegram message ${messageId} in ${chatId}: ${text}`.slice(0, 120),
  async run({ chatId, messageId, text, format, buttons }, call: TelegramCall) {
    const other = {
      ...(format === 'markdown' ? { parse_mode: 'MarkdownV2' as const } : {}),
      ...(buttons ? { reply_markup: keyboardOf(buttons) } : {}),
    }
    const edit = { chat: toWire(`${chatId}`), message: Number(messageId) }
    try {
      const Edited = z.union([z.literal(true), z.object({ message_id: z.int() })])
      await callTelegram(call, 'fetch', Edited, (api) => api.editMessageText(edit.chat, edit.message, text, other))
      return { changed: true }
    } catch (error) {
      if (wasFor(notModified, error)) return { changed: false }
      throw error
    }
  },
})
