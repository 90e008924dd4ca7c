/** What Slack's refusals mean: a table of its error codes, which mostly come with HTTP 200. */
import { z } from 'zod'
import { type Failure, type FailureAction, type FailureKind, failed } from '#shared/failure'
import type { Answer } from '../../kit/define.ts'
import { retryAfterMs } from '../../kit/failures.ts'

interface Refusal {
  kind: FailureKind
  told: string
  action?: FailureAction
}

const reconnect: FailureAction = {
  label: 'Get a token at Slack',
  href: 'https://api.slack.com/apps',
  steps: [
    'Open https://api.slack.com/apps and choose the app',
    'Under OAuth & Permissions install it to the workspace again',
    'Copy the Bot User OAuth Token and connect Slack again with it',
  ],
}

const invite: FailureAction = {
  label: 'Invite the bot',
  steps: ['Open the channel in Slack', 'Type /invite @ and the name of the bot, and send it', 'Send the message again'],
}

function badToken(why: string): Refusal {
  return { kind: 'unauthorized', told: `${why} Connect Slack again with a fresh token.`, action: reconnect }
}

const longText = 'Shorten the message, or send it in parts.'

const refusals: ReadonlyMap<string, Refusal> = new Map(
  Object.entries<Refusal>({
    not_in_channel: {
      kind: 'forbidden',
      told: 'The bot is not in that channel. Invite it: type /invite @Bot there.',
      action: invite,
    },
    channel_not_found: {
      kind: 'not_found',
      told: 'Slack knows no such channel, or it is private and the bot is not in it. Choose another, or invite the bot there.',
      action: invite,
    },
    is_archived: { kind: 'rejected', told: 'That channel is archived. Choose another, or take it out of the archive.' },
    restricted_action: {
      kind: 'forbidden',
      told: 'The workspace does not let this bot post there. Ask an administrator of Slack.',
    },
    restricted_action_read_only_channel: { kind: 'forbidden', told: 'That channel is read-only. Choose another.' },
    restricted_action_thread_only_channel: { kind: 'forbidden', told: 'That channel takes replies in threads alone.' },
    ekm_access_denied: { kind: 'forbidden', told: 'Administrators of Slack have suspended posting.' },
    access_denied: { kind: 'forbidden', told: 'Slack denies access to what was named.' },
    invalid_auth: badToken('Slack does not accept the token.'),
    not_authed: badToken('Slack received no token.'),
    token_revoked: badToken('The token was revoked.'),
    token_expired: badToken('The token has expired.'),
    account_inactive: badToken('The token belongs to a bot or workspace that was removed.'),
    msg_too_long: { kind: 'rejected', told: `The message is longer than Slack takes. ${longText}` },
    msg_blocks_too_long: { kind: 'rejected', told: `The blocks hold more text than Slack takes. ${longText}` },
    too_many_attachments: { kind: 'rejected', told: 'A message may have at most 100 attachments.' },
    invalid_blocks: { kind: 'rejected', told: 'Slack cannot read the blocks. Check them in its Block Kit Builder.' },
    invalid_blocks_format: { kind: 'rejected', told: 'The blocks are not a list as Slack wants it.' },
    no_text: { kind: 'rejected', told: 'The message has no text.' },
    invalid_cursor: { kind: 'rejected', told: 'The list has changed meanwhile. Ask for it again.' },
  }),
)

const throttled: ReadonlySet<string> = new Set(['ratelimited', 'rate_limited'])

/** Slack says of these that part of the work may have been done. */
const broken: ReadonlySet<string> = new Set(['fatal_error', 'internal_error', 'service_unavailable'])

const Refused = z.object({
  ok: z.literal(false),
  error: z.string().default('unknown_error'),
  needed: z.string().optional(),
  response_metadata: z.object({ messages: z.array(z.string()).optional() }).optional(),
})
type Refused = z.infer<typeof Refused>

function missingScope(needed: string | undefined): Failure {
  const scope = needed || 'it needs'
  return failed(
    'forbidden',
    `The token lacks the scope ${scope}. Add it to the app at Slack, install the app again, and connect with the new token.`,
    {
      code: 'missing_scope',
      action: {
        label: 'Add the scope at Slack',
        href: 'https://api.slack.com/apps',
        steps: [
          'Open https://api.slack.com/apps and choose the app',
          `Under OAuth & Permissions add the bot token scope ${scope}`,
          'Install the app to the workspace again, and connect Slack with the new token',
        ],
      },
    },
  ).failure
}

function brokenFailure(code: string, url: URL): Failure {
  if (!url.pathname.endsWith('/chat.postMessage')) {
    return failed('unavailable', 'Slack is failing; this is tried again by itself.', { code }).failure
  }
  const message =
    'Slack failed while it worked on the message, which may have gone out. Look in the channel before you send it again.'
  return failed('unknown', message, { code }).failure
}

function throttledFailure(code: string, headers: Headers): Failure {
  // Slack names seconds, never a date, so the present instant does not matter here.
  const waitMs = retryAfterMs(headers, 0)
  const more = waitMs === undefined ? { code } : { code, retryAfterMs: waitMs }
  return failed('rate_limited', 'Slack asks to wait: too many requests.', more).failure
}

function refusedFailure(refused: Refused): Failure {
  const { error: code, response_metadata: metadata } = refused
  const refusal: Refusal = refusals.get(code) ?? { kind: 'rejected', told: `Slack refused it (${code}).` }
  const detail = metadata?.messages?.join(' ').slice(0, 300) ?? ''
  const message = detail === '' ? refusal.told : `${refusal.told} Slack says: ${detail}`
  return failed(refusal.kind, message, { code, ...(refusal.action ? { action: refusal.action } : {}) }).failure
}

/** Every `ok: false` is a failure; statuses 429 and 5xx are judged by status, which knows the time to wait. */
export function rejects({ url, status, headers, body }: Answer): Failure | undefined {
  const parsed = Refused.safeParse(body)
  if (!parsed.success || status === 429 || status >= 500) return undefined
  const { error: code, needed } = parsed.data
  if (throttled.has(code)) return throttledFailure(code, headers)
  if (broken.has(code)) return brokenFailure(code, url)
  return code === 'missing_scope' ? missingScope(needed) : refusedFailure(parsed.data)
}
