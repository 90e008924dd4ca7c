/** Which conversation an order belongs to: the chat, channel or address it goes to, and what it says. Pure. */
import type { Conversation } from '#shared/contract/messaging'
import type { EmailSend, SlackSend, TeamsSend, TelegramSend } from '#shared/job-kinds'

export interface Outgoing {
  /** `email` for mail, whichever provider will carry it. */
  provider: string
  externalId: string
  title: string
  kind: Conversation['kind']
  text: string
}

/** What the tenant's settings fill in where an order leaves it open. */
export interface Defaults {
  settings(provider: string): Record<string, unknown>
}

function firstOf(value: string | string[]): string {
  return Array.isArray(value) ? value.join(', ') : value
}

function slackChannel(input: SlackSend, agent: string | null, settings: Record<string, unknown>): string | undefined {
  const routes = (settings.routes ?? {}) as Record<string, string>
  return input.channel ?? routes[input.route ?? ''] ?? routes[agent ?? ''] ?? (settings.defaultChannel as string | undefined)
}

const readers: Readonly<Record<string, (input: never, agent: string | null, defaults: Defaults) => Outgoing | undefined>> = {
  EMAIL_SEND: (input: EmailSend) => {
    const to = firstOf(input.to)
    return {
      provider: 'email',
      externalId: to.toLowerCase(),
      title: to,
      kind: 'email',
      text: `${input.subject}\n\n${input.text}`,
    }
  },
  TEAMS_SEND: (input: TeamsSend) => ({
    provider: 'microsoft',
    externalId: `${input.teamId}/${input.channelId}`,
    title: input.channelId,
    kind: 'channel',
    text: input.title ? `${input.title}\n\n${input.text}` : input.text,
  }),
  TELEGRAM_SEND: (input: TelegramSend, _agent, defaults) => {
    const chatId = input.chatId ?? (defaults.settings('telegram').defaultChatId as string | undefined)
    if (chatId === undefined) return undefined
    return { provider: 'telegram', externalId: String(chatId), title: String(chatId), kind: 'chat', text: input.text }
  },
  SLACK_SEND: (input: SlackSend, agent, defaults) => {
    const channel = slackChannel(input, agent, defaults.settings('slack'))
    return channel === undefined
      ? undefined
      : { provider: 'slack', externalId: channel, title: channel, kind: 'channel', text: input.text }
  },
}

/** The message an order is, or undefined where it is none (or nobody knows yet where it goes). */
export function outgoingOf(kind: string, input: unknown, agent: string | null, defaults: Defaults): Outgoing | undefined {
  return readers[kind]?.(input as never, agent, defaults)
}
