/** What Resend does: sends an e-mail, or up to a hundred at once, each exactly once under the job's key. */
import { z } from 'zod'
import { AppError, type Failure, failed } from '#shared/failure'
import { EmailSend } from '#shared/job-kinds'
import type { CallAgent } from '../../kit/call.ts'
import { defineAction } from '../../kit/define.ts'
import { addressOf, type ResendCall, type ResendCredential, type ResendSettings, resendClient, shaped } from './client.ts'

const Letter = EmailSend.omit({ attachments: true })
type Letter = z.infer<typeof Letter>

const Sent = z.object({ id: z.string().min(1) })
const SentBatch = z.object({ data: z.array(Sent) })

const lookup = 'Look in the list of e-mails at https://resend.com/emails.'

const noSender: Failure = {
  kind: 'forbidden',
  message: 'Resend has no sender address yet. Set From on the Resend connection to an address on a verified domain.',
  action: { label: 'Set the sender', href: '/integrations/resend' },
}

/** Characters that have a meaning of their own in an address line call for quotes. */
function displayName(name: string): string {
  const plain = name.replace(/[\p{Cc}<>]/gu, ' ').trim()
  return /[()[\]:;@\\,."]/.test(plain) ? `"${plain.replace(/["\\]/g, '\\$&')}"` : plain
}

function agentAddress(agent: CallAgent, { from, agentDomain }: ResendSettings): string | undefined {
  if (!agentDomain) return from === undefined ? undefined : addressOf(from)
  const mailbox = agent.email?.split('@')[0] || agent.id
  return `${mailbox}@${agentDomain}`
}

/** Who the mail is from: the agent by name, from its own address where the tenant has a domain for agents. */
export function senderOf(letter: Pick<Letter, 'fromAgent'>, call: Pick<ResendCall, 'agent' | 'settings'>): string {
  const { agent, settings } = call
  if (letter.fromAgent !== undefined && letter.fromAgent !== agent?.id) {
    const fields = [{ path: 'fromAgent', message: "is not the job's agent" }]
    throw failed('invalid', `It was to be sent as ${letter.fromAgent}, who is not the agent of this job.`, { fields })
  }
  const address = agent ? agentAddress(agent, settings) : settings.from
  if (address === undefined) throw new AppError(noSender)
  return agent ? `${displayName(agent.name)} <${address}>` : address
}

function toPayload(letter: Letter, call: ResendCall) {
  const { to, subject, text, html, cc, bcc, replyTo } = letter
  return {
    from: senderOf(letter, call),
    to,
    subject,
    text,
    ...(html === undefined ? {} : { html }),
    ...(cc === undefined ? {} : { cc }),
    ...(bcc === undefined ? {} : { bcc }),
    ...(replyTo === undefined ? {} : { replyTo }),
  }
}

function toAttachments(attachments: EmailSend['attachments']) {
  if (!attachments || attachments.length === 0) return {}
  return {
    attachments: attachments.map(({ filename, contentType, contentBase64 }) => ({
      filename,
      contentType,
      content: contentBase64,
    })),
  }
}

function firstOf(to: string | string[]): string {
  if (typeof to === 'string') return to
  return to.length > 1 ? `${to[0]} and ${to.length - 1} more` : `${to[0]}`
}

function refuses(_credential: ResendCredential, { from, agentDomain }: ResendSettings): Failure | undefined {
  return from === undefined && agentDomain === undefined ? noSender : undefined
}

export const sendMail = defineAction({
  title: 'Send e-mail',
  effect: 'Sends one e-mail to its recipients.',
  source: 'https://resend.com/docs/api-reference/emails/send-email',
  repeat: 'keyed',
  input: EmailSend,
  output: z.strictObject({ id: z.string() }),
  lookup,
  buckets: () => ['account'],
  subject: ({ to, subject }) => `E-mail to ${firstOf(to)}: ${subject}`.slice(0, 120),
  refuses,
  async run({ attachments, ...letter }, call: ResendCall) {
    const payload = { ...toPayload(letter, call), ...toAttachments(attachments) }
    const client = await resendClient(call, 'fetch')
    const { data } = await client.emails.send(payload, { idempotencyKey: call.key })
    return { id: shaped(Sent, data).id }
  },
})

export const sendBatch = defineAction({
  title: 'Send many e-mails',
  effect: 'Sends up to 100 e-mails at once; Resend takes all of them or none.',
  source: 'https://resend.com/docs/api-reference/emails/send-batch-emails',
  repeat: 'keyed',
  input: z.strictObject({ emails: z.array(Letter).min(1).max(100).meta({ title: 'E-mails' }) }),
  output: z.strictObject({ ids: z.array(z.string()) }),
  lookup,
  buckets: () => ['account'],
  subject: ({ emails }) => `${emails.length} e-mails: ${emails[0]?.subject ?? ''}`.slice(0, 120),
  refuses,
  async run({ emails }, call: ResendCall) {
    const payload = emails.map((letter) => toPayload(letter, call))
    const client = await resendClient(call, 'fetch')
    const { data } = await client.batch.send(payload, { idempotencyKey: call.key })
    return { ids: shaped(SentBatch, data).data.map(({ id }) => id) }
  },
})
