/** Mail of a Gmail account: composed as RFC 5322 here, sent under a Message-ID made of the job. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import { EmailSend } from '#shared/job-kinds'
import { defineAction, type Found } from '../../kit/define.ts'
import { askGoogle, type GoogleCall, needs, whoAmI } from './client.ts'
import { withoutScope } from './refusals.ts'

/** JSON bodies beyond this go by the upload address, as Gmail asks of large mail. In bytes. */
const largestJsonBytes = 3_000_000
/** Gmail's own limit of a message that is sent. In bytes. */
const largestMailBytes = 25 * 1_048_576

async function senderOf(letter: EmailSend, call: GoogleCall) {
  const { agent, settings } = call
  if (letter.fromAgent !== undefined && letter.fromAgent !== agent?.id) {
    throw failed('invalid', `It was to be sent as ${letter.fromAgent}, who is not the agent of this job.`, {
      fields: [{ path: 'fromAgent', message: "is not the job's agent" }],
    })
  }
  const address = settings.from ?? (await whoAmI(call)).email
  if (address === undefined) throw failed('forbidden', 'Google did not tell the address of this account. Sign in again.')
  return agent ? { name: agent.name, address } : address
}

/** The whole message as bytes; nothing is read from disk or network for it. */
async function compose(letter: EmailSend, call: GoogleCall): Promise<Uint8Array<ArrayBuffer>> {
  const { to, subject, text, html, cc, bcc, replyTo, attachments = [] } = letter
  const from = await senderOf(letter, call)
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const mail = new MailComposer({
    from,
    to,
    subject,
    text,
    ...(html === undefined ? {} : { html }),
    ...(cc === undefined ? {} : { cc }),
    ...(bcc === undefined ? {} : { bcc }),
    ...(replyTo === undefined ? {} : { replyTo }),
    messageId: `<${call.key}@atlas-ux.invalid>`,
    date: new Date(call.now()),
    attachments: attachments.map(({ filename, contentType, contentBase64 }) => ({
      filename,
      contentType,
      content: contentBase64,
      encoding: 'base64',
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile()
  // Gmail reads the hidden recipients out of the message and takes them away itself.
  ;(mail as unknown as { keepBcc: boolean }).keepBcc = true
  return new Uint8Array(await mail.build())
}

function base64url(bytes: Uint8Array): string {
  const pieces: string[] = []
  // Three bytes make four letters, so pieces of a multiple of three can be joined.
  for (let at = 0; at < bytes.length; at += 30_000) pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 30_000))))
  return pieces.join('').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

const Sent = z.object({ id: z.string().min(1), threadId: z.string().optional() })

function requestFor(raw: Uint8Array<ArrayBuffer>, call: GoogleCall) {
  const gmail = call.endpoint('gmail')
  if (raw.byteLength <= largestJsonBytes) {
    return { method: 'POST' as const, url: `${gmail}/gmail/v1/users/me/messages/send`, json: { raw: base64url(raw) } }
  }
  return {
    method: 'POST' as const,
    url: `${gmail}/upload/gmail/v1/users/me/messages/send`,
    query: { uploadType: 'media' },
    headers: { 'content-type': 'message/rfc822' },
    body: raw,
  }
}

const Listed = z.object({ messages: z.array(z.object({ id: z.string() })).default([]) })
const Message = z.object({
  id: z.string(),
  internalDate: z.string(),
  payload: z.object({ headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]) }).optional(),
})

const linkTo = (id: string) => `https://mail.google.com/mail/u/0/#all/${id}`

async function readMessage(call: GoogleCall, id: string): Promise<Found> {
  const url = new URL(`${call.endpoint('gmail')}/gmail/v1/users/me/messages/${encodeURIComponent(id)}`)
  url.searchParams.set('format', 'metadata')
  for (const name of ['To', 'Subject']) url.searchParams.append('metadataHeaders', name)
  const { internalDate, payload } = await askGoogle(call, Message, { url: url.href })
  const header = (name: string) => payload?.headers.find((one) => one.name.toLowerCase() === name)?.value ?? ''
  return { id, url: linkTo(id), text: `To ${header('to')}: ${header('subject')}`, at: Number(internalDate) }
}

function firstOf(to: string | string[]): string {
  if (typeof to === 'string') return to
  return to.length > 1 ? `${to[0]} and ${to.length - 1} more` : `${to[0]}`
}

export const sendMail = defineAction({
  title: 'Send e-mail',
  effect: 'Sends one e-mail from the Gmail account that signed in.',
  source: 'https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send',
  repeat: 'unsafe',
  input: EmailSend,
  output: z.strictObject({ id: z.string(), threadId: z.string().nullable() }),
  lookup: 'Look in Sent at https://mail.google.com/mail/u/0/#sent.',
  scopes: needs.sendMail.slice(0, 1),
  buckets: () => ['mail', 'mail_day'],
  subject: ({ to, subject }) => `E-mail to ${firstOf(to)}: ${subject}`.slice(0, 120),
  refuses: withoutScope(needs.sendMail, 'Sending mail'),
  async find(_letter, call: GoogleCall, since): Promise<Found[]> {
    const { scopes } = call.credential
    if (scopes && !needs.readMail.some((one) => scopes.includes(one))) {
      throw failed(
        'forbidden',
        'Gmail may be sent from here, not read, so what was sent cannot be listed. Look in Sent at Gmail.',
      )
    }
    const query = { q: `in:sent after:${Math.floor(since / 1_000)}`, maxResults: '20' }
    const { messages } = await askGoogle(call, Listed, { url: `${call.endpoint('gmail')}/gmail/v1/users/me/messages`, query })
    return Promise.all(messages.map(({ id }) => readMessage(call, id)))
  },
  async run(letter, call: GoogleCall) {
    const raw = await compose(letter, call)
    if (raw.byteLength > largestMailBytes) {
      throw failed('invalid', 'Gmail takes messages of at most 25 MB, attachments and all.', {
        fields: [{ path: 'attachments', message: 'are too large together for Gmail' }],
      })
    }
    const { id, threadId } = await askGoogle(call, Sent, requestFor(raw, call), 'fetch')
    return { id, threadId: threadId ?? null }
  },
})
