/** What Microsoft's refusals mean and where a person must click: Entra's AADSTS numbers and Graph's codes. */
import { z } from 'zod'
import { type Failure, type FailureAction, type FailureKind, failed } from '#shared/failure'
import type { Answer } from '../../kit/define.ts'

const entra = 'https://entra.microsoft.com'
const here = '/integrations?provider=microsoft'

const signInAgain: FailureAction = { label: 'Sign in with Microsoft', href: here, steps: ['Integrations → Microsoft → Sign in'] }

const newSecret: FailureAction = {
  label: 'Make a new client secret',
  href: entra,
  steps: [
    'Entra admin center → App registrations → your app → Certificates & secrets → New client secret',
    'Copy its Value at once (not the Secret ID); it is shown only then',
    'Integrations → Microsoft → Client secret: paste it and save',
  ],
}

const checkIds: FailureAction = {
  label: 'Check the IDs',
  href: entra,
  steps: [
    'Entra admin center → App registrations → your app → Overview',
    'Copy Application (client) ID and Directory (tenant) ID to Integrations → Microsoft',
  ],
}

/** The clicks in Entra that let the app post to Teams for whoever signs in. */
const teamsClicks = [
  'Entra admin center → App registrations → your app → API permissions → Add a permission → Microsoft Graph → Delegated permissions',
  'Tick ChannelMessage.Send, Team.ReadBasic.All, Channel.ReadBasic.All and User.Read → Add permissions',
  'Grant admin consent',
  'Authentication → Add a platform → Mobile and desktop applications → http://localhost → Configure',
]

const signInStep = 'Integrations → Microsoft → Sign in, with an account that is a member of the team'

function adminText(clientId: string | undefined): string {
  const app = clientId === undefined ? 'our app registration for Atlas UX' : `the app registration ${clientId} (Atlas UX)`
  return `Please let ${app} post to Teams channels for the person who signs in:\n${teamsClicks.map((step, index) => `${index + 1}. ${step}`).join('\n')}`
}

/** Why an application by itself cannot post to Teams, and what to do instead. */
export function appOnlyTeams(clientId?: string): Failure {
  const message =
    'Microsoft lets no application post to a Teams channel by itself: ChannelMessage.Send exists only as a delegated permission, and the application permission Teamwork.Migrate.All serves migration alone, so granting it does not help. Somebody must sign in.'
  return failed('forbidden', message, {
    code: 'app_only',
    action: {
      label: 'Sign in with Microsoft',
      href: here,
      steps: [...teamsClicks, signInStep],
      copyText: adminText(clientId),
    },
  }).failure
}

/** The token of the person who signed in does not carry what posting needs. */
export function teamsScopeMissing(clientId?: string): Failure {
  return failed(
    'forbidden',
    'The sign-in does not include the delegated permission ChannelMessage.Send. An admin must grant it; then sign in again.',
    {
      code: 'missing_scope',
      action: { label: 'Sign in again', href: here, steps: [...teamsClicks, signInStep], copyText: adminText(clientId) },
    },
  ).failure
}

/** Nothing in the credential can act for anybody. */
export function nobody(what: string): Failure {
  return failed(
    'unauthorized',
    `${what} needs a client secret or a sign-in, and Microsoft has neither yet. Add the client secret, or sign in.`,
    {
      action: signInAgain,
    },
  ).failure
}

/** A sign-in that Microsoft no longer honours. */
export function signInEnded(code?: string): Failure {
  return failed('unauthorized', 'The Microsoft sign-in has ended. Sign in again.', {
    ...(code === undefined ? {} : { code }),
    action: signInAgain,
  }).failure
}

export const mailAction: FailureAction = {
  label: 'Grant Mail.Send',
  href: entra,
  steps: [
    'Entra admin center → App registrations → your app → API permissions → Add a permission → Microsoft Graph',
    'With a client secret: Application permissions → Mail.Send. With a sign-in only: Delegated permissions → Mail.Send',
    'Grant admin consent',
    'If it is granted already: an Exchange application access policy may keep the app from this mailbox; ask the Exchange admin',
  ],
  copyText:
    'Please grant our app registration for Atlas UX the Microsoft Graph permission Mail.Send (application) with admin consent, and allow it the mailboxes our agents send from.',
}

interface Refusal {
  kind: FailureKind
  told: string
  action?: FailureAction
}

const badSecret: Refusal = {
  kind: 'unauthorized',
  told: 'Entra does not accept the client secret. Often the Secret ID was pasted instead of its Value.',
  action: newSecret,
}
const unknownTenant: Refusal = { kind: 'unauthorized', told: 'Entra knows no such directory (tenant).', action: checkIds }
const unknownApp: Refusal = { kind: 'unauthorized', told: 'This directory has no app with this client ID.', action: checkIds }
const ended: Refusal = { kind: 'unauthorized', told: 'The Microsoft sign-in has ended. Sign in again.', action: signInAgain }
const moreProof: Refusal = {
  kind: 'unauthorized',
  told: 'Microsoft wants a second proof of who signs in (MFA). Sign in again.',
  action: signInAgain,
}
const consent: Refusal = {
  kind: 'forbidden',
  told: 'Nobody has consented to what this app asks for. An admin must grant consent.',
  action: { label: 'Grant consent in Entra', href: entra, steps: [...teamsClicks, signInStep], copyText: adminText(undefined) },
}

/** By AADSTS number. */
const entraRefusals: Readonly<Record<string, Refusal>> = {
  7000215: badSecret,
  7000222: { kind: 'unauthorized', told: 'The client secret has expired.', action: newSecret },
  700016: unknownApp,
  90002: unknownTenant,
  900023: unknownTenant,
  53003: {
    kind: 'forbidden',
    told: 'A Conditional Access policy of the organisation blocks this. Its admin must allow the app.',
  },
  65001: consent,
  65004: { kind: 'forbidden', told: 'The consent was declined at sign-in. Sign in again and accept.', action: signInAgain },
  50076: moreProof,
  50079: moreProof,
  50173: ended,
  70008: ended,
  70043: ended,
  700082: ended,
  700084: ended,
  7000218: {
    kind: 'forbidden',
    told: 'The redirect address is registered under Web, where Entra wants a client secret at sign-in.',
    action: {
      label: 'Register it for desktop',
      href: entra,
      steps: [
        'Entra admin center → App registrations → your app → Authentication',
        'Remove http://localhost under Web; Add a platform → Mobile and desktop applications → http://localhost → Configure',
        signInStep,
      ],
    },
  },
  50011: {
    kind: 'forbidden',
    told: 'The redirect address http://localhost is not registered for this app.',
    action: { label: 'Register http://localhost', href: entra, steps: teamsClicks.slice(3) },
  },
}

const TokenError = z.object({ error: z.string(), error_description: z.string().default('') })
const GraphError = z.object({
  error: z.object({
    code: z.string(),
    message: z.string().default(''),
    innerError: z.object({ 'request-id': z.string().optional() }).optional(),
  }),
})

function toFailure(refusal: Refusal, code: string, reason = ''): Failure {
  const action = refusal.action ? { action: refusal.action } : {}
  return failed(refusal.kind, `${refusal.told}${reason}`, { code, ...action }).failure
}

function entraFailure({ status, body }: Answer): Failure | undefined {
  const parsed = TokenError.safeParse(body)
  if (!parsed.success || status === 429 || status >= 500) return undefined
  const { error, error_description: told } = parsed.data
  const number = /^AADSTS(\d+)/.exec(told)?.[1]
  const refusal = number ? entraRefusals[number] : undefined
  const code = number ? `AADSTS${number}` : error
  if (refusal) return toFailure(refusal, code)
  if (error === 'invalid_grant' || error === 'interaction_required') return toFailure(ended, code)
  const reason = told.split(/\r?\n/)[0]?.slice(0, 300) || error
  return failed('unauthorized', `Entra refused to give a token: ${reason}`, { code, action: checkIds }).failure
}

const notMember: Refusal = {
  kind: 'forbidden',
  told: 'Teams refused the message. Either the sign-in lacks the delegated permission ChannelMessage.Send, or the signed-in person is not a member of this team or channel.',
  action: {
    label: 'Grant it, or join the channel',
    href: here,
    steps: [
      'Teams → the team → Manage team → Members (a private channel: Manage channel → Members): add the signed-in person',
      ...teamsClicks,
      signInStep,
    ],
    copyText: adminText(undefined),
  },
}

const noMail: Refusal = {
  kind: 'forbidden',
  told: 'Microsoft does not let this connection send mail from this mailbox.',
  action: mailAction,
}
const noMailbox: Refusal = {
  kind: 'not_found',
  told: 'There is no Exchange Online mailbox of this sender. Set Sender to a mailbox of the organisation, or create it.',
  action: { label: 'Change the sender', href: here },
}

/** By Graph's code, where it says more than the status. */
const graphRefusals: Readonly<Record<string, Refusal>> = {
  ErrorAccessDenied: noMail,
  ErrorSendAsDenied: { ...noMail, told: 'The mailbox may not send as this sender (Send As).' },
  ErrorInvalidUser: noMailbox,
  MailboxNotEnabledForRESTAPI: noMailbox,
  MailboxNotSupportedForRESTAPI: noMailbox,
  ErrorQuotaExceeded: { kind: 'quota', told: 'The mailbox is full; nothing was sent.' },
  ErrorMessageSubmissionBlocked: {
    kind: 'quota',
    told: 'Exchange has blocked this mailbox from sending (limit or suspicion of spam).',
  },
}

/** By status, for what has no entry of its own; throttling and outages are the kit's to judge. */
const graphByStatus: Readonly<Record<number, Refusal>> = {
  400: { kind: 'rejected', told: 'Microsoft Graph refused the request.' },
  401: {
    kind: 'unauthorized',
    told: 'Microsoft Graph does not accept the token. Connect or sign in again.',
    action: signInAgain,
  },
  403: {
    kind: 'forbidden',
    told: 'Microsoft Graph says that a permission is missing.',
    action: { label: 'Open Entra', href: entra, steps: teamsClicks },
  },
  404: { kind: 'not_found', told: 'Microsoft Graph does not find what was named.' },
  413: { kind: 'invalid', told: 'The message is too large for Microsoft Graph.' },
}

function graphRefusal({ status, url }: Answer, code: string, message: string): Refusal | undefined {
  if (Object.hasOwn(graphRefusals, code)) return graphRefusals[code]
  const posts = /\/channels\/[^/]+\/messages$/.test(url.pathname)
  if (status === 403 && posts) return notMember
  if (status === 403 && url.pathname.endsWith('/sendMail')) return noMail
  if (status === 404 && url.pathname.endsWith('/sendMail') && /mailbox|user/i.test(message)) return noMailbox
  return graphByStatus[status]
}

function graphFailure(answer: Answer): Failure | undefined {
  const parsed = GraphError.safeParse(answer.body)
  if (!parsed.success || answer.status < 400) return undefined
  const { code, message, innerError } = parsed.data.error
  const requestId = innerError?.['request-id'] ?? answer.headers.get('request-id') ?? undefined
  const reference = requestId ? ` Request ${requestId}.` : ''
  if (/application-only context only for import|Teamwork\.Migrate\.All/i.test(message)) {
    const failure = appOnlyTeams()
    return { ...failure, code, message: `${failure.message}${reference}` }
  }
  const refusal = graphRefusal(answer, code, message)
  if (!refusal) return undefined
  const reason = message === '' ? '' : ` Microsoft says: ${message.slice(0, 300)}`
  return toFailure(refusal, code, `${reason}${reference}`)
}

const deadWorkflow: FailureAction = {
  label: 'Copy the URL anew',
  href: here,
  steps: [
    'Teams → Workflows → the workflow → Edit → "When a Teams webhook request is received" → copy its URL',
    'Integrations → Microsoft → Teams workflow URL: paste it and save',
  ],
}

function workflowFailure({ status }: Answer): Failure | undefined {
  if (status < 400 || status === 429 || status >= 500) return undefined
  const gone = [401, 403, 404, 410].includes(status)
  const told = gone
    ? 'The Teams workflow refused the call: its URL has changed, it is switched off, or it was deleted.'
    : `The Teams workflow refused the message (${status}).`
  return failed(gone ? 'forbidden' : 'rejected', told, { code: `workflow_${status}`, action: deadWorkflow }).failure
}

const workflowPath = /\/workflows\/[^/]+\/triggers\//

export function rejects(answer: Answer): Failure | undefined {
  if (workflowPath.test(answer.url.pathname)) return workflowFailure(answer)
  return graphFailure(answer) ?? entraFailure(answer)
}
