/** What an operator or agent may order: the fixed job kinds and their inputs. Unknown fields are refused by name. */
import { z } from 'zod'
import { ButtonRows } from '#shared/buttons'
import { SocialPost } from '#shared/social/post'
import { StoragePath } from '#shared/storage-path'

const EmailAddress = z.email().max(320)
const Recipients = z.union([EmailAddress, z.array(EmailAddress).min(1).max(50)])
const Text = z.string().min(1).max(1_000_000)

/** A file sent along with an e-mail. `contentBase64` is standard base64 without line breaks. */
export const EmailAttachment = z.strictObject({
  filename: z.string().min(1).max(255),
  contentType: z.string().min(1).max(255).default('application/octet-stream'),
  contentBase64: z.base64().min(1).max(4_000_000),
})

/** Input of `EMAIL_SEND`. */
export const EmailSend = z
  .strictObject({
    to: Recipients.meta({ title: 'To' }),
    subject: z.string().min(1).max(998).meta({ title: 'Subject' }),
    text: Text.meta({ title: 'Text', multiline: true }),
    html: z.string().min(1).max(1_000_000).optional().meta({ title: 'HTML', multiline: true, advanced: true }),
    cc: Recipients.optional().meta({ title: 'Cc', advanced: true }),
    bcc: Recipients.optional().meta({ title: 'Bcc', advanced: true }),
    replyTo: EmailAddress.optional().meta({ title: 'Reply to', advanced: true }),
    fromAgent: z.string().min(1).max(64).optional().meta({ title: 'From agent', agent: true }),
    attachments: z.array(EmailAttachment).max(20).optional().meta({ title: 'Attachments', advanced: true }),
  })
  .meta({ title: 'E-mail' })
/** Input of `EMAIL_SEND`. */
export type EmailSend = z.infer<typeof EmailSend>

/** Input of `TEAMS_SEND`. */
export const TeamsSend = z
  .strictObject({
    teamId: z.string().min(1).max(128).meta({ title: 'Team', picker: 'teams' }),
    channelId: z
      .string()
      .min(1)
      .max(256)
      .meta({ title: 'Channel', picker: 'channels', dependsOn: ['teamId'] }),
    text: z.string().min(1).max(28_000).meta({ title: 'Text', multiline: true }),
    title: z.string().min(1).max(255).optional().meta({ title: 'Title' }),
    format: z.enum(['text', 'html']).optional().meta({ title: 'Format', advanced: true }),
  })
  .meta({ title: 'Teams message' })
/** Input of `TEAMS_SEND`. */
export type TeamsSend = z.infer<typeof TeamsSend>

/** Input of `TELEGRAM_SEND`. Without `chatId` it goes to the default chat. */
export const TelegramSend = z
  .strictObject({
    chatId: z
      .union([z.string().min(1).max(64), z.int()])
      .optional()
      .meta({ title: 'Chat', picker: 'chats' }),
    text: z.string().min(1).max(100_000).meta({ title: 'Text', multiline: true }),
    format: z.enum(['plain', 'markdown']).optional().meta({ title: 'Format', advanced: true }),
    /** Stand below the last part of a text that goes in several. */
    buttons: ButtonRows.optional().meta({ title: 'Buttons (JSON)', json: true, advanced: true }),
  })
  .meta({ title: 'Telegram message' })
/** Input of `TELEGRAM_SEND`. */
export type TelegramSend = z.infer<typeof TelegramSend>

/** Input of `SLACK_SEND`. Goes to `channel`, else by `route` through the tenant's table, else to the default channel. */
export const SlackSend = z
  .strictObject({
    channel: z.string().min(1).max(255).optional().meta({ title: 'Channel', picker: 'channels' }),
    route: z.string().min(1).max(64).optional().meta({ title: 'Route', advanced: true }),
    text: z.string().min(1).max(40_000).meta({ title: 'Text', multiline: true }),
    blocks: z
      .array(z.record(z.string(), z.json()))
      .max(50)
      .optional()
      .meta({ title: 'Blocks (JSON)', json: true, advanced: true }),
    attachments: z
      .array(z.record(z.string(), z.json()))
      .max(100)
      .optional()
      .meta({ title: 'Attachments (JSON)', json: true, advanced: true }),
    threadTs: z
      .string()
      .regex(/^\d+\.\d+$/, 'must look like 1712345678.000100')
      .optional()
      .meta({ title: 'Reply in thread', advanced: true }),
  })
  .meta({ title: 'Slack message' })
/** Input of `SLACK_SEND`. */
export type SlackSend = z.infer<typeof SlackSend>

/**
 * Input of `FILE_UPLOAD`: a file for the tenant's storage. Exactly one of `file` and `contentBase64` says what it holds.
 *
 * `file`  id of a file in this installation's media tray
 */
export const FileUpload = z
  .strictObject({
    path: StoragePath.meta({ title: 'Path' }),
    file: z.string().min(1).max(128).optional().meta({ title: 'File of the media tray' }),
    contentBase64: z.base64().max(4_000_000).optional().meta({ title: 'Content (base64)', multiline: true, advanced: true }),
    contentType: z
      .string()
      .regex(/^[\w.+-]+\/[\w.+-]+(;.*)?$/, 'must be a content type such as image/png')
      .max(255)
      .optional()
      .meta({ title: 'Content type', advanced: true }),
    overwrite: z.boolean().optional().meta({ title: 'Replace what is there', advanced: true }),
  })
  .refine(({ file, contentBase64 }) => (file === undefined) !== (contentBase64 === undefined), {
    message: 'must name exactly one of file and contentBase64',
  })
  .meta({ title: 'File upload' })
/** Input of `FILE_UPLOAD`. */
export type FileUpload = z.infer<typeof FileUpload>

/** Input of `AGENT_RUN`: work for an agent. */
export const AgentRun = z
  .strictObject({
    agent: z.string().min(1).max(64).meta({ title: 'Agent', agent: true }),
    instruction: z.string().trim().min(1).max(20_000).meta({ title: 'Instruction', multiline: true }),
  })
  .meta({ title: 'Work for an agent' })
/** Input of `AGENT_RUN`. */
export type AgentRun = z.infer<typeof AgentRun>

/** Input of `ACTION_RUN`: any action of any provider, its own input checked by that action's schema. */
export const ActionRun = z.strictObject({
  provider: z.string().min(1).max(64),
  action: z.string().min(1).max(128),
  input: z.record(z.string(), z.json()),
})
/** Input of `ACTION_RUN`. */
export type ActionRun = z.infer<typeof ActionRun>

/** The job kinds that this build can run, with the schema of each input. */
export const jobKinds = {
  EMAIL_SEND: EmailSend,
  TEAMS_SEND: TeamsSend,
  TELEGRAM_SEND: TelegramSend,
  SLACK_SEND: SlackSend,
  SOCIAL_POST: SocialPost,
  FILE_UPLOAD: FileUpload,
  AGENT_RUN: AgentRun,
  ACTION_RUN: ActionRun,
} as const

/** A job kind that this build can run. */
export type JobKind = keyof typeof jobKinds

/** All job kinds of this build. */
export const JobKind = z.enum(Object.keys(jobKinds) as [JobKind, ...JobKind[]])

/** The kinds a provider may serve with one action each. `SOCIAL_POST` goes by platform, `ACTION_RUN` names its action, and `AGENT_RUN` is the engine's own. */
export type ServedKind = Exclude<JobKind, 'ACTION_RUN' | 'AGENT_RUN' | 'SOCIAL_POST'>
