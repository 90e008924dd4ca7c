/** The way to Slack: its credential and settings, the official SDK on our fetch. */
import type { Logger } from '@slack/web-api'
import { z } from 'zod'
import { AppError, failed } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import { Endpoint } from '../../kit/endpoints.ts'

export const SlackCredential = z.strictObject({
  botToken: z
    .string()
    .regex(/^xox[bp]-[\w-]+$/, 'must start with xoxb- or xoxp-')
    .max(400)
    .meta({ title: 'Bot token', secret: true, env: 'SLACK_BOT_TOKEN', help: 'Starts with xoxb-.' }),
})
export type SlackCredential = z.infer<typeof SlackCredential>

const Channel = z.string().min(1).max(255)

export const SlackSettings = z.strictObject({
  defaultChannel: Channel.optional().meta({
    title: 'Default channel',
    help: 'Where a message goes that names no channel: an id such as C0123456789, or #name.',
  }),
  routes: z
    .record(z.string().min(1).max(64), Channel)
    .optional()
    .meta({ title: 'Routes', help: 'A route or an agent, and the channel its messages go to.' }),
  agentNames: z.boolean().optional().meta({
    title: 'Post under the name of the agent',
    help: 'Needs the scope chat:write.customize; without it Slack refuses such messages.',
    advanced: true,
  }),
  endpoint: Endpoint.optional(),
})
export type SlackSettings = z.infer<typeof SlackSettings>

export type SlackCall = Call<SlackCredential, SlackSettings>

const nothing = () => undefined

/** One request to a method of the Web API, with its answer in the documented shape. `ask` for what has no effect. */
export async function callSlack<T extends z.ZodType>(
  call: SlackCall,
  request: { method: string; how: 'fetch' | 'ask'; schema: T; input?: Record<string, unknown> },
): Promise<z.output<T>> {
  const { WebClient, LogLevel } = await import('@slack/web-api')
  // The SDK's own log would print parts of messages; what happened is told by failures.
  const logger: Logger = {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    setLevel: nothing,
    setName: nothing,
    getLevel: () => LogLevel.ERROR,
  }
  const client = new WebClient(call.credential.botToken, {
    slackApiUrl: `${call.endpoint()}/api/`,
    fetch: call[request.how],
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger,
  })
  const answer = await client.apiCall(request.method, request.input).catch((error: unknown) => {
    throw ownError(error)
  })
  const parsed = request.schema.safeParse(answer)
  if (parsed.success) return parsed.data
  throw failed('unexpected', 'Slack answered in a shape that is not its documented one.')
}

/** What our fetch threw, out of the SDK's wrapping. The SDK makes a refusal of any answer that is not JSON, too. */
function ownError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if ('original' in error && error.original instanceof AppError) return error.original
  if (error.name !== 'WebAPIPlatformError') return error
  return failed('unexpected', 'Slack answered something that is not JSON.')
}
