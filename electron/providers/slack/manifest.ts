/** Slack: messages to channels of one workspace, as a bot. */
import { z } from 'zod'
import { type CheckResult, defineProvider } from '../../kit/define.ts'
import { channelChoices, getPermalink, listChannels, sendMessage } from './actions.ts'
import { callSlack, type SlackCall, SlackCredential, SlackSettings } from './client.ts'
import { rejects } from './refusals.ts'

const Identity = z.object({
  team_id: z.string().min(1),
  team: z.string().min(1),
  user: z.string().min(1),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
})

/** Any one of these lets a token post; the last four are of tokens made before scopes became granular. */
const posting = ['chat:write', 'chat:write:bot', 'chat:write:user', 'bot', 'post']
const reading = ['channels:read', 'bot', 'read']

const addScope =
  'Add it under OAuth & Permissions at https://api.slack.com/apps, install the app again, and connect with the new token.'

function lacking(scopes: readonly string[], settings: SlackSettings): NonNullable<CheckResult['unavailable']> {
  const without = (anyOf: readonly string[], action: string) =>
    anyOf.some((scope) => scopes.includes(scope))
      ? {}
      : { [action]: { why: `the token lacks the scope ${anyOf[0]}`, fix: addScope } }
  return {
    ...(settings.agentNames ? without(['chat:write.customize'], 'message.send') : {}),
    ...without(posting, 'message.send'),
    ...without(reading, 'channels.list'),
  }
}

async function check(call: SlackCall): Promise<CheckResult> {
  const identity = await callSlack(call, { method: 'auth.test', how: 'ask', schema: Identity })
  const account = { id: identity.team_id, name: identity.team, detail: `@${identity.user}` }
  const scopes = identity.response_metadata?.scopes
  return scopes ? { account, scopes, unavailable: lacking(scopes, call.settings) } : { account }
}

const rates = 'https://docs.slack.dev/apis/web-api/rate-limits'

export const slack = defineProvider({
  id: 'slack',
  name: 'Slack',
  category: 'communication',
  summary: 'Posts messages to the channels of a workspace, routed by agent.',
  docs: 'https://docs.slack.dev/apis/web-api',
  setup: [
    'Open https://api.slack.com/apps and create an app from scratch in your workspace',
    'Under OAuth & Permissions add the bot token scopes chat:write, channels:read and groups:read',
    'Install the app to the workspace and copy the Bot User OAuth Token',
    'Paste it here, then invite the bot to each channel: /invite @ and its name',
  ],
  notes: [
    'The bot posts only to channels it is in, unless it has the scope chat:write.public.',
    'Slack knows no idempotency key: a message whose answer was lost is never repeated by itself.',
    'A message longer than 4,000 characters reads badly, and past 40,000 Slack cuts it.',
  ],
  endpoints: { api: 'https://slack.com' },
  credential: SlackCredential,
  settings: SlackSettings,
  verification: { required: false, note: 'An app for your own workspace needs no approval by Slack.' },
  limits: [
    { bucket: 'workspace', title: 'Messages of the workspace', count: 100, perMs: 60_000, source: rates },
    { bucket: 'channel', title: 'Messages to one channel', count: 1, perMs: 1_000, source: rates },
    { bucket: 'list', title: 'Lists of channels', count: 20, perMs: 60_000, source: rates },
  ],
  serves: { SLACK_SEND: 'message.send' },
  actions: { 'message.send': sendMessage, 'message.permalink': getPermalink, 'channels.list': listChannels },
  check: { call: 'auth.test', run: check },
  pickers: { channels: { title: 'Channels', choices: channelChoices } },
  rejects,
})
