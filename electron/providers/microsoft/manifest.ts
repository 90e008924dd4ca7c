/** Microsoft: mail through Exchange Online and posts to Teams channels, both over Microsoft Graph. */
import type { Choice } from '#shared/contract/connections'
import { failed } from '#shared/failure'
import { spans } from '#shared/time'
import { defineProvider } from '../../kit/define.ts'
import { channelsList, listChannels, listTeams, postToTeams, sendMail, teamsList } from './actions.ts'
import { check } from './check.ts'
import { type MicrosoftCall, MicrosoftCredential, MicrosoftSettings, workflowBases } from './credential.ts'
import { rejects } from './refusals.ts'
import { signIn } from './sign-in.ts'

async function teamChoices(call: MicrosoftCall): Promise<Choice[]> {
  const { items } = await listTeams(call)
  return items.map(({ id, name }) => ({ value: id, label: name }))
}

async function channelChoices(call: MicrosoftCall, { teamId }: Record<string, string>): Promise<Choice[]> {
  if (!teamId) {
    throw failed('invalid', 'Choose a team first.', { fields: [{ path: 'context.teamId', message: 'is needed' }] })
  }
  const { items } = await listChannels(call, teamId)
  return items.map(({ id, name, membership }) => ({
    value: id,
    label: name,
    ...(membership && membership !== 'standard' ? { hint: `${membership} channel` } : {}),
  }))
}

export const microsoft = defineProvider({
  id: 'microsoft',
  name: 'Microsoft 365',
  category: 'communication',
  summary: 'Sends mail from the mailboxes of the organisation and posts to Teams channels.',
  docs: 'https://learn.microsoft.com/graph/overview',
  setup: [
    'Entra admin center (https://entra.microsoft.com) → App registrations → New registration, for this organisation only',
    'Overview: copy Application (client) ID and Directory (tenant) ID to this form',
    'For mail: API permissions → Microsoft Graph → Application permissions → Mail.Send → Grant admin consent; Certificates & secrets → New client secret → copy its Value',
    'For Teams: API permissions → Microsoft Graph → Delegated permissions → ChannelMessage.Send, Team.ReadBasic.All, Channel.ReadBasic.All, User.Read → Grant admin consent',
    'For Teams: Authentication → Add a platform → Mobile and desktop applications → redirect URI http://localhost (exactly so, without port or path) → Configure; then Sign in here',
  ],
  notes: [
    'Microsoft lets no application post to Teams by itself; messages appear as the person who signed in.',
    'Accepted by Microsoft Graph is not yet delivered, and mail gets no message id. Look in Sent Items of the sender.',
    'The application permission Mail.Send covers every mailbox; an Exchange application access policy can narrow it.',
    'Using Teams as a log is against its terms.',
    'Attachments of one message may be 3 MB together.',
  ],
  endpoints: { graph: 'https://graph.microsoft.com', login: 'https://login.microsoftonline.com' },
  extraBases: workflowBases,
  credential: MicrosoftCredential,
  settings: MicrosoftSettings,
  verification: { required: false, note: 'An admin of the organisation must consent to the permissions.' },
  limits: [
    {
      bucket: 'mailbox',
      title: 'Requests of the app to one mailbox',
      count: 10_000,
      perMs: 10 * spans.minute,
      burst: 100,
      source: 'https://learn.microsoft.com/graph/throttling-limits',
    },
    {
      bucket: 'mail',
      title: 'Messages of one sender',
      count: 30,
      perMs: spans.minute,
      source:
        'https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits',
    },
    {
      bucket: 'channel',
      title: 'Messages to one channel',
      count: 10,
      perMs: 10 * spans.second,
      source: 'https://learn.microsoft.com/graph/throttling-limits',
    },
  ],
  serves: { EMAIL_SEND: 'mail.send', TEAMS_SEND: 'teams.message.send' },
  actions: {
    'mail.send': sendMail,
    'teams.message.send': postToTeams,
    'teams.list': teamsList,
    'teams.channels.list': channelsList,
  },
  check: { call: 'GET /v1.0/me or /v1.0/users/{sender}', run: check },
  pickers: {
    teams: { title: 'Teams', choices: teamChoices },
    channels: { title: 'Channels', choices: channelChoices },
  },
  signIn,
  rejects,
})
