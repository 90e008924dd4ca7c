/** What Telegram's refusals mean: `ok: false` with a status, a description in English, and sometimes parameters. */
import { z } from 'zod'
import { type Failure, type FailureAction, type FailureKind, failed } from '#shared/failure'
import type { Answer } from '../../kit/define.ts'

interface Refusal {
  status: number
  /** In the description; Telegram has no finer code. */
  says: RegExp
  kind: FailureKind
  code?: string
  told: string
  action?: FailureAction
}

/** Code of text that Telegram could not read as MarkdownV2; nothing was sent. */
export const badMarkdown = 'cant_parse_entities'
/** Code of an answer to a press that takes none any more. */
export const goneQuery = 'query_gone'
/** Code of a change after which the message would be as it was. */
export const notModified = 'not_modified'
const movedTo = 'migrate_to_chat_id='

const start: FailureAction = {
  label: 'Let the person start the bot',
  steps: ['Open the chat with the bot in Telegram', 'Press Start, or send /start', 'Send the message again'],
}

const newToken: FailureAction = {
  label: 'Get a token from @BotFather',
  href: 'https://t.me/BotFather',
  steps: ['Open @BotFather in Telegram', 'Send /mybots, choose the bot, then API Token', 'Connect Telegram again with it'],
}

const addBot: FailureAction = {
  label: 'Give the bot its place in the chat',
  steps: [
    'Open the chat in Telegram and add the bot to its members',
    'In a channel make it an administrator who may post messages',
    'Send the message again',
  ],
}

const badToken = 'Telegram does not accept the bot token. Connect again with a fresh one.'

const refusals: readonly Refusal[] = [
  { status: 401, says: /./, kind: 'unauthorized', told: badToken, action: newToken },
  { status: 404, says: /^Not Found$/, kind: 'unauthorized', told: badToken, action: newToken },
  {
    status: 403,
    says: /blocked by the user/,
    kind: 'forbidden',
    code: 'blocked',
    told: 'The person blocked the bot. Only they can unblock it, in the chat with the bot.',
    action: { ...start, label: 'Let the person unblock the bot' },
  },
  {
    status: 403,
    says: /can't initiate conversation/,
    kind: 'forbidden',
    code: 'not_started',
    told: 'The person has not started the bot, and a bot may not write first. They must send /start to it.',
    action: start,
  },
  {
    status: 403,
    says: /kicked|not a member/,
    kind: 'forbidden',
    code: 'not_member',
    told: 'The bot is not in that chat.',
    action: addBot,
  },
  { status: 403, says: /deactivated/, kind: 'not_found', code: 'deactivated', told: 'That Telegram account was deleted.' },
  {
    status: 400,
    says: /rights|administrator/i,
    kind: 'forbidden',
    code: 'no_rights',
    told: 'The bot may not write in that chat.',
    action: addBot,
  },
  {
    status: 400,
    says: /chat not found/,
    kind: 'not_found',
    code: 'chat_not_found',
    told: 'Telegram says: chat not found. Check the chat; a person must send /start to the bot before it can write to them.',
    action: start,
  },
  {
    status: 400,
    says: /can't parse entities/,
    kind: 'rejected',
    code: badMarkdown,
    told: 'Telegram cannot read the text as MarkdownV2.',
  },
  {
    status: 400,
    says: /query is too old|query ID is invalid/i,
    kind: 'conflict',
    code: goneQuery,
    told: 'That press takes no answer any more: it was answered before, or it is too long ago.',
  },
  {
    status: 400,
    says: /message is not modified/,
    kind: 'conflict',
    code: notModified,
    told: 'The message is like that already.',
  },
  {
    status: 400,
    says: /message to edit not found|message can't be edited/,
    kind: 'not_found',
    code: 'no_message',
    told: 'The message is gone, or it is none that the bot may change. Send a new one.',
  },
  {
    status: 409,
    says: /webhook/,
    kind: 'conflict',
    code: 'webhook_set',
    told: 'A webhook is set for this bot, so its messages go there and none can be received here. Sending still works.',
    action: {
      label: 'Remove the webhook',
      steps: [
        'Call deleteWebhook of the Bot API with the token of this bot, or remove it in the program that set it',
        'Receiving goes on by itself',
      ],
    },
  },
  {
    status: 409,
    says: /other getUpdates/,
    kind: 'conflict',
    code: 'other_poller',
    told: 'Another program receives with the token of this bot; only one may. Stop it, or give it a bot of its own.',
  },
]

const Refused = z.object({
  ok: z.literal(false),
  error_code: z.int().optional(),
  description: z.string().default(''),
  parameters: z.object({ retry_after: z.number().optional(), migrate_to_chat_id: z.int().optional() }).optional(),
})

const longestWaitMs = 3_600_000

function throttled(seconds: number): Failure {
  const retryAfterMs = Math.min(Math.max(Math.ceil(seconds * 1_000), 0), longestWaitMs)
  return failed('rate_limited', 'Telegram asks to wait: too many messages.', { code: '429', retryAfterMs }).failure
}

function moved(chatId: number): Failure {
  const message = `The group became a supergroup and has a new chat number: ${chatId}. Send to that one.`
  const action = { label: 'Use the new chat number', copyText: `${chatId}` }
  return failed('not_found', message, { code: `${movedTo}${chatId}`, action }).failure
}

/** The new number of a chat that moved, out of the failure that told it. */
export function newChatOf({ code }: Failure): string | undefined {
  return code?.startsWith(movedTo) ? code.slice(movedTo.length) : undefined
}

export function rejects({ status: httpStatus, body }: Answer): Failure | undefined {
  const parsed = Refused.safeParse(body)
  if (!parsed.success) return undefined
  const { error_code: status = httpStatus, description, parameters } = parsed.data
  if (status === 429 && parameters?.retry_after !== undefined) return throttled(parameters.retry_after)
  if (parameters?.migrate_to_chat_id !== undefined) return moved(parameters.migrate_to_chat_id)
  const refusal = refusals.find((one) => one.status === status && one.says.test(description))
  if (!refusal) return unlisted(httpStatus, status, description)
  const says = refusal.kind === 'unauthorized' || description === '' ? '' : ` Telegram says: ${description.slice(0, 300)}`
  const told = refusal.told.includes('Telegram says:') ? refusal.told : `${refusal.told}${says}`
  const action = refusal.action ? { action: refusal.action } : {}
  return failed(refusal.kind, told, { code: refusal.code ?? `${status}`, ...action }).failure
}

/** A refusal with an error status is judged by it; one that came with HTTP 200 would pass for a success. */
function unlisted(httpStatus: number, status: number, description: string): Failure | undefined {
  if (httpStatus >= 300) return undefined
  return failed('rejected', `Telegram refused it: ${description.slice(0, 300)}`, { code: `${status}` }).failure
}
