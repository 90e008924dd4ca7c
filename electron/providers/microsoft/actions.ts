/** What Microsoft does: hands mail to Exchange, posts to Teams channels, lists teams and channels. */
import type { ChatMessage, Message } from '@microsoft/microsoft-graph-types'
import { z } from 'zod'
import { type Failure, failed } from '#shared/failure'
import { EmailSend, TeamsSend } from '#shared/job-kinds'
import { defineAction } from '../../kit/define.ts'
import { graph, graphJson, graphList } from './client.ts'
import { abilitiesOf, type MicrosoftCall, type MicrosoftCredential } from './credential.ts'
import { appOnlyTeams, mailAction, nobody, teamsScopeMissing } from './refusals.ts'

/** Attachments of one request together; larger ones need an upload session, which is not offered. */
const attachmentsCapBytes = 3 * 1024 * 1024
const maySendMail = new Set(['Mail.Send', 'Mail.Send.Shared'])

const toRecipients = (addresses: string | string[]) => [addresses].flat().map((address) => ({ emailAddress: { address } }))

function toAttachments(attachments: EmailSend['attachments'] = []) {
  const sizeBytes = attachments.reduce((sum, { contentBase64 }) => sum + Buffer.byteLength(contentBase64, 'base64'), 0)
  if (sizeBytes > attachmentsCapBytes) {
    const fields = [{ path: 'attachments', message: 'are larger than 3 MB together' }]
    throw failed(
      'invalid',
      'The attachments are larger than 3 MB together, which Microsoft Graph does not take in one message.',
      { fields },
    )
  }
  if (attachments.length === 0) return {}
  return {
    attachments: attachments.map(({ filename, contentType, contentBase64 }) => ({
      '@odata.type': '#microsoft.graph.fileAttachment',
      name: filename,
      contentType,
      contentBytes: contentBase64,
    })),
  }
}

function toMessage({ to, subject, text, html, cc, bcc, replyTo, attachments }: EmailSend): Message {
  return {
    subject,
    body: html === undefined ? { contentType: 'text', content: text } : { contentType: 'html', content: html },
    toRecipients: toRecipients(to),
    ...(cc === undefined ? {} : { ccRecipients: toRecipients(cc) }),
    ...(bcc === undefined ? {} : { bccRecipients: toRecipients(bcc) }),
    ...(replyTo === undefined ? {} : { replyTo: toRecipients(replyTo) }),
    ...toAttachments(attachments),
  }
}

/** The agent's own mailbox, else the sender of the settings. */
function senderOf({ fromAgent }: EmailSend, { agent, settings }: MicrosoftCall): string {
  if (fromAgent !== undefined && fromAgent !== agent?.id) {
    const fields = [{ path: 'fromAgent', message: "is not the job's agent" }]
    throw failed('invalid', `It was to be sent as ${fromAgent}, who is not the agent of this job.`, { fields })
  }
  return agent?.email ?? settings.senderUpn
}

/** Why mail cannot be sent, known from the credential alone. */
export function mailRefusal(credential: MicrosoftCredential): Failure | undefined {
  const { app, delegated, scopes } = abilitiesOf(credential)
  if (app) return undefined
  if (!delegated) return nobody('Sending mail')
  if (scopes === undefined || scopes.some((scope) => maySendMail.has(scope))) return undefined
  const message =
    'Whoever signed in did not grant Mail.Send. Add a client secret with the application permission Mail.Send, or grant it to the sign-in.'
  return failed('forbidden', message, { code: 'missing_scope', action: mailAction }).failure
}

/** Why teams cannot be read: only a person has teams. */
export function teamsRefusal(credential: MicrosoftCredential): Failure | undefined {
  const { app, delegated } = abilitiesOf(credential)
  if (delegated) return undefined
  return app ? appOnlyTeams(credential.clientId) : nobody('Teams')
}

/** Why nothing can be posted to Teams; a workflow stands in only while nobody is signed in. */
export function postRefusal(credential: MicrosoftCredential): Failure | undefined {
  const { delegated, scopes } = abilitiesOf(credential)
  if (!delegated) return credential.workflowsUrl === undefined ? teamsRefusal(credential) : undefined
  const granted = scopes === undefined || scopes.includes('ChannelMessage.Send') || scopes.includes('Group.ReadWrite.All')
  return granted ? undefined : teamsScopeMissing(credential.clientId)
}

function firstOf(to: string | string[]): string {
  const [first = '', ...more] = [to].flat()
  return more.length > 0 ? `${first} and ${more.length} more` : first
}

export const sendMail = defineAction({
  title: 'Send e-mail',
  effect: 'Hands one e-mail to Microsoft Graph, which accepts it for delivery and gives it no message id.',
  source: 'https://learn.microsoft.com/graph/api/user-sendmail',
  repeat: 'unsafe',
  input: EmailSend,
  output: z.strictObject({ accepted: z.literal(true), sender: z.string(), requestId: z.string().optional() }),
  lookup: 'Look in Sent Items of the sender, at https://outlook.office.com/mail/sentitems.',
  scopes: ['Mail.Send'],
  buckets: ({ fromAgent }, { senderUpn }: MicrosoftCall['settings']) => {
    const sender = fromAgent ?? senderUpn
    return [`mailbox:${sender}`, `mail:${sender}`]
  },
  subject: ({ to, subject }) => `E-mail to ${firstOf(to)}: ${subject}`.slice(0, 120),
  refuses: mailRefusal,
  async run(input, call: MicrosoftCall) {
    const sender = senderOf(input, call)
    const path = `/users/${encodeURIComponent(sender)}/sendMail`
    const json = { message: toMessage(input), saveToSentItems: true }
    const { headers, status } = await graph(call, { as: 'mail', how: 'fetch', path, json })
    // A taken message has no body to be known by; a page that a network puts in between answers 200.
    if (status !== 202) throw failed('unexpected', `Microsoft Graph accepts a message with 202; what answered said ${status}.`)
    const requestId = headers.get('request-id')
    return { accepted: true as const, sender, ...(requestId ? { requestId } : {}) }
  },
})

const PostedMessage = z.object({ id: z.string().min(1), webUrl: z.string().nullish() })

function toChatMessage({ text, title, format = 'text' }: TeamsSend): ChatMessage {
  return { body: { contentType: format, content: text }, ...(title === undefined ? {} : { subject: title }) }
}

function toCard({ text, title }: TeamsSend) {
  const heading = { type: 'TextBlock', text: title, weight: 'Bolder', size: 'Medium', wrap: true }
  const body = [...(title === undefined ? [] : [heading]), { type: 'TextBlock', text, wrap: true }]
  const content = { $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4', body }
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] }
}

async function postByWorkflow(input: TeamsSend, call: MicrosoftCall, workflowsUrl: string) {
  if (input.format === 'html') {
    const fields = [{ path: 'format', message: 'must be text while messages go through a Teams workflow' }]
    throw failed('invalid', 'A Teams workflow takes no HTML. Use text, or sign in with Microsoft.', { fields })
  }
  const headers = { 'content-type': 'application/json' }
  await call.fetch(workflowsUrl, { method: 'POST', headers, body: JSON.stringify(toCard(input)) })
  return { via: 'workflow' as const }
}

const channelPath = (teamId: string, channelId: string) =>
  `/teams/${encodeURIComponent(teamId)}/channels/${encodeURIComponent(channelId)}/messages`

export const postToTeams = defineAction({
  title: 'Post to a Teams channel',
  effect:
    'Posts one message to a Teams channel as the person who signed in. HTML is passed on as it is; Teams removes what it does not allow.',
  source: 'https://learn.microsoft.com/graph/api/channel-post-messages',
  repeat: 'unsafe',
  input: TeamsSend,
  output: z.strictObject({ via: z.enum(['graph', 'workflow']), messageId: z.string().optional(), webUrl: z.string().optional() }),
  lookup: 'Look in the channel itself, in Teams.',
  scopes: ['ChannelMessage.Send'],
  buckets: ({ teamId, channelId }) => [`channel:${teamId}/${channelId}`],
  subject: ({ title, text }) => `Teams: ${title ?? text}`.slice(0, 120),
  refuses: postRefusal,
  async run(input, call: MicrosoftCall) {
    const { workflowsUrl } = call.credential
    if (workflowsUrl !== undefined && !abilitiesOf(call.credential).delegated) return postByWorkflow(input, call, workflowsUrl)
    const path = channelPath(input.teamId, input.channelId)
    const posted = await graphJson(call, PostedMessage, { as: 'person', how: 'fetch', path, json: toChatMessage(input) })
    return { via: 'graph' as const, messageId: posted.id, ...(posted.webUrl ? { webUrl: posted.webUrl } : {}) }
  },
})

const Team = z.object({ id: z.string(), displayName: z.string().nullish(), description: z.string().nullish() })
const Channel = Team.extend({ membershipType: z.string().nullish() })
const Listed = z.strictObject({
  items: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  truncated: z.boolean(),
})

export async function listTeams(call: MicrosoftCall) {
  const { items, truncated } = await graphList(call, Team, '/me/joinedTeams')
  return { items: items.map(({ id, displayName }) => ({ id, name: displayName ?? id })), truncated }
}

export async function listChannels(call: MicrosoftCall, teamId: string) {
  const { items, truncated } = await graphList(call, Channel, `/teams/${encodeURIComponent(teamId)}/channels`)
  const named = items.map(({ id, displayName, membershipType }) => ({ id, name: displayName ?? id, membership: membershipType }))
  return { items: named, truncated }
}

export const teamsList = defineAction({
  title: 'List teams',
  effect: 'Reads the teams that the signed-in person is a member of.',
  source: 'https://learn.microsoft.com/graph/api/user-list-joinedteams',
  repeat: 'safe',
  input: z.strictObject({}),
  output: Listed,
  scopes: ['Team.ReadBasic.All'],
  subject: () => 'List of teams',
  refuses: teamsRefusal,
  run: (_input, call: MicrosoftCall) => listTeams(call),
})

export const channelsList = defineAction({
  title: 'List channels',
  effect: 'Reads the channels of a team that the signed-in person can see.',
  source: 'https://learn.microsoft.com/graph/api/channel-list',
  repeat: 'safe',
  input: z.strictObject({ teamId: z.string().min(1).max(128).meta({ title: 'Team', picker: 'teams' }) }),
  output: Listed,
  scopes: ['Channel.ReadBasic.All'],
  subject: ({ teamId }) => `Channels of team ${teamId}`.slice(0, 120),
  refuses: teamsRefusal,
  async run({ teamId }, call: MicrosoftCall) {
    const { items, truncated } = await listChannels(call, teamId)
    return { items: items.map(({ id, name }) => ({ id, name })), truncated }
  },
})
