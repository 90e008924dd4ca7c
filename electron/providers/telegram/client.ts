/** The way to Telegram: its credential and settings, grammY's Api on our fetch. */
import type { Api } from 'grammy'
import { z } from 'zod'
import { AppError, failed } from '#shared/failure'
import type { Call, CallFetch } from '../../kit/call.ts'
import { Endpoint } from '../../kit/endpoints.ts'

export const TelegramCredential = z.strictObject({
  botToken: z
    .string()
    .max(200)
    .regex(/^\d+:[\w-]+$/, 'must look like 123456789:AA…, as @BotFather told it')
    .meta({ title: 'Bot token', secret: true, env: 'BOTFATHERTOKEN', help: 'From @BotFather.' }),
})
export type TelegramCredential = z.infer<typeof TelegramCredential>

export const TelegramSettings = z.strictObject({
  defaultChatId: z
    .string()
    .regex(/^(-?\d{1,16}|@\w{4,64})$/, 'must be a chat number or an @name')
    .optional()
    .meta({ title: 'Default chat', help: 'Where a message goes that names no chat.', picker: 'chats' }),
  operatorChatIds: z
    .array(z.string().regex(/^-?\d{1,16}$/, 'must be a chat number'))
    .max(20)
    .optional()
    .meta({ title: 'Chats of operators', help: 'Besides the default chat: whoever presses a button there decides.' }),
  endpoint: Endpoint.optional(),
})
export type TelegramSettings = z.infer<typeof TelegramSettings>

export type TelegramCall = Call<TelegramCredential, TelegramSettings>

/** grammY signals aborts by a class of its own, which no platform Request takes; the call has its own deadline. */
function plainFetch(send: CallFetch) {
  return (url: string | URL | Request, { method = 'POST', body }: RequestInit = {}) =>
    send(url, { method, headers: { 'content-type': 'application/json' }, body: body ?? null })
}

/**
 * One request to a method of the Bot API, with its result in the documented shape. `ask` for what has no effect.
 *
 * Why   errors are unwrapped here: grammY hides ours in its HttpError, and makes one of any answer that is not JSON
 */
export async function callTelegram<T extends z.ZodType>(
  call: TelegramCall,
  how: 'fetch' | 'ask',
  schema: T,
  use: (api: Api) => Promise<unknown>,
): Promise<z.output<T>> {
  const { Api } = await import('grammy')
  const client = { apiRoot: call.endpoint(), fetch: plainFetch(call[how]), sensitiveLogs: false }
  const result = await use(new Api(call.credential.botToken, client)).catch((error: unknown) => {
    throw ownError(error)
  })
  const parsed = schema.safeParse(result)
  if (parsed.success) return parsed.data
  throw failed('unexpected', 'Telegram answered in a shape that is not its documented one.')
}

function ownError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const inner = error instanceof Error && 'error' in error ? error.error : undefined
  if (inner instanceof AppError) return inner
  return failed('unexpected', 'Telegram answered something that is not an answer of its Bot API.')
}
