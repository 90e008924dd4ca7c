/** What Slack does: posts a message, names its link, lists channels. */
import { z } from 'zod'
import type { Choice } from '#shared/contract/connections'
import { AppError, failed } from '#shared/failure'
import { SlackSend } from '#shared/job-kinds'
import { defineAction } from '../../kit/define.ts'
import { callSlack, type SlackCall, type SlackSettings } from './client.ts'

type Destination = Pick<SlackSend, 'channel' | 'route'>

/** The channel of a message: named, else by route, else by agent, else the default. */
export function channelOf(to: Destination, settings: SlackSettings, agentId: string | undefined): string | undefined {
  const { routes = {}, defaultChannel } = settings
  const routed = (name: string | undefined) => (name !== undefined && Object.hasOwn(routes, name) ? routes[name] : undefined)
  return to.channel ?? routed(to.route) ?? routed(agentId) ?? defaultChannel
}

function noChannel({ route }: Destination): AppError {
  const what = route === undefined ? 'names no channel' : `has the route "${route}", which leads to no channel`
  return failed(
    'invalid',
    `The message ${what}, and Slack has no default channel. Name one, or set it on the Slack connection.`,
    {
      fields: [{ path: route === undefined ? 'channel' : 'route', message: 'leads to no channel' }],
      action: { label: 'Set the default channel', href: '/integrations/slack' },
    },
  )
}

/** One spelling for `#General` and `general`; ids stay as they are. */
function bucketOf(channel: string): string {
  return `channel:${/^[CDGU][A-Z0-9]{7,}$/.test(channel) ? channel : channel.replace(/^#/, '').toLowerCase()}`
}

const Posted = z.object({ channel: z.string().min(1), ts: z.string().min(1) })

export const sendMessage = defineAction({
  title: 'Send message',
  effect: 'Posts a message to a channel.',
  source: 'https://docs.slack.dev/reference/methods/chat.postMessage',
  repeat: 'unsafe',
  input: SlackSend,
  output: z.strictObject({ channel: z.string(), ts: z.string() }),
  lookup: 'Look for the message in the channel.',
  scopes: ['chat:write'],
  buckets: (input, settings: SlackSettings, agent) => ['workspace', bucketOf(channelOf(input, settings, agent) ?? 'none')],
  subject: ({ channel, route, text }) => `Slack to ${channel ?? route ?? 'the default channel'}: ${text}`.slice(0, 120),
  async run(input, call: SlackCall) {
    const { agent, settings } = call
    const channel = channelOf(input, settings, agent?.id)
    if (channel === undefined) throw noChannel(input)
    const { text, blocks, attachments, threadTs } = input
    const message = {
      channel,
      text,
      ...(blocks === undefined ? {} : { blocks }),
      ...(attachments === undefined ? {} : { attachments }),
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
      ...(agent && settings.agentNames ? { username: agent.name } : {}),
    }
    return await callSlack(call, { method: 'chat.postMessage', how: 'fetch', schema: Posted, input: message })
  },
})

export const getPermalink = defineAction({
  title: 'Link to a message',
  effect: 'Reads the permanent link of a message.',
  source: 'https://docs.slack.dev/reference/methods/chat.getPermalink',
  repeat: 'safe',
  input: z.strictObject({
    channel: z.string().min(1).max(255).meta({ title: 'Channel id', picker: 'channels' }),
    ts: z
      .string()
      .regex(/^\d+\.\d+$/, 'must look like 1712345678.000100')
      .meta({ title: 'Message (ts)' }),
  }),
  output: z.strictObject({ permalink: z.string() }),
  buckets: () => ['workspace'],
  subject: ({ ts }) => `Link to the Slack message ${ts}`,
  async run({ channel, ts }, call: SlackCall) {
    const schema = z.object({ permalink: z.string().min(1) })
    const input = { channel, message_ts: ts }
    return await callSlack(call, { method: 'chat.getPermalink', how: 'ask', schema, input })
  },
})

const Channels = z.object({
  channels: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      is_private: z.boolean().default(false),
      is_member: z.boolean().default(false),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})

interface Channel {
  id: string
  name: string
  isPrivate: boolean
  isMember: boolean
}

const pageSize = 200
const mostPages = 10

async function pagesOf(call: SlackCall, types: string): Promise<{ channels: Channel[]; truncated: boolean }> {
  const channels: Channel[] = []
  const seen = new Set<string>()
  let cursor = ''
  for (let page = 0; page < mostPages; page += 1) {
    const input = { types, limit: pageSize, exclude_archived: true, ...(cursor === '' ? {} : { cursor }) }
    const answer = await callSlack(call, { method: 'conversations.list', how: 'ask', schema: Channels, input })
    channels.push(...answer.channels.map(toChannel))
    cursor = answer.response_metadata?.next_cursor ?? ''
    if (cursor === '') return { channels, truncated: false }
    if (seen.has(cursor)) throw failed('unexpected', 'Slack named the same page of channels twice; the list was given up.')
    seen.add(cursor)
  }
  return { channels, truncated: true }
}

function toChannel({ id, name, is_private, is_member }: z.output<typeof Channels>['channels'][number]): Channel {
  return { id, name, isPrivate: is_private, isMember: is_member }
}

/** Public and private channels; public ones alone where the token may not read private ones. */
async function channelsOf(call: SlackCall) {
  try {
    return await pagesOf(call, 'public_channel,private_channel')
  } catch (error) {
    if (!(error instanceof AppError) || error.failure.code !== 'missing_scope') throw error
    return await pagesOf(call, 'public_channel')
  }
}

export const listChannels = defineAction({
  title: 'List channels',
  effect: 'Reads which channels there are.',
  source: 'https://docs.slack.dev/reference/methods/conversations.list',
  repeat: 'safe',
  input: z.strictObject({}),
  output: z.strictObject({
    channels: z.array(z.strictObject({ id: z.string(), name: z.string(), isPrivate: z.boolean(), isMember: z.boolean() })),
    truncated: z.boolean(),
  }),
  scopes: ['channels:read'],
  buckets: () => ['list'],
  subject: () => 'List the channels of Slack',
  run: (_input, call: SlackCall) => channelsOf(call),
})

function toChoice({ id, name, isPrivate, isMember }: Channel): Choice {
  const choice = { value: id, label: `#${name}` }
  if (isPrivate && !isMember) return { ...choice, hint: 'private', disabled: 'invite the bot: /invite @bot' }
  if (isPrivate) return { ...choice, hint: 'private' }
  return isMember ? choice : { ...choice, hint: 'the bot is not in it: /invite @bot' }
}

export async function channelChoices(call: SlackCall): Promise<Choice[]> {
  const { channels } = await channelsOf(call)
  return channels.map(toChoice)
}
