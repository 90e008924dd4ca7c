/** What providers of models agree on about a request, and what they refuse in one. */
import type { ChatError, ChatStandIn, ScriptedModel } from './chat.ts'

export type Fields = Record<string, unknown>
export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A token is four characters here: nobody who reads a stand-in's numbers should take them for a real tokenizer's. */
export const tokensIn = (text: string) => Math.ceil(text.length / 4)

const documented = [
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'temperature',
  'response_format',
  'top_p',
  'stop',
]
const roles = new Set(['system', 'user', 'assistant', 'tool', 'developer'])

export function messagesOf(body: Fields): Fields[] {
  return Array.isArray(body.messages) ? body.messages.filter(isFields) : []
}

/** The words of a message, whether they came as text or as parts. */
export function wordsIn({ content }: Fields): string {
  if (!Array.isArray(content)) return String(content ?? '')
  return content
    .filter(isFields)
    .map(({ text }) => String(text ?? ''))
    .join('')
}

const invalid = (message: string): ChatError => ({ status: 400, code: 'invalid_request_error', message })

function messageFault(message: Fields, at: number): ChatError | undefined {
  if (!roles.has(String(message.role))) return invalid(`Invalid value for messages[${at}].role.`)
  if (message.role === 'tool' && typeof message.tool_call_id !== 'string')
    return invalid(`Missing required parameter: 'messages[${at}].tool_call_id'.`)
  const empty = message.content === undefined || message.content === null
  return empty && !Array.isArray(message.tool_calls)
    ? invalid(`Missing required parameter: 'messages[${at}].content'.`)
    : undefined
}

const callIdsOf = ({ tool_calls: calls }: Fields): string[] =>
  Array.isArray(calls) ? calls.filter(isFields).map(({ id }) => String(id)) : []

const unanswered = (open: ReadonlySet<string>): ChatError =>
  invalid(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
  )

/** Every call of a tool is answered once, straight after the message that asked for it. */
function answersFault(messages: readonly Fields[]): ChatError | undefined {
  let open = new Set<string>()
  for (const message of messages) {
    if (message.role === 'tool') {
      if (open.delete(String(message.tool_call_id))) continue
      return invalid("Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.")
    }
    if (open.size > 0) return unanswered(open)
    open = new Set(callIdsOf(message))
  }
  return open.size > 0 ? unanswered(open) : undefined
}

/** What the real one would refuse in a request. */
export function faultOf(body: unknown, standIn: ChatStandIn): ChatError | undefined {
  if (!isFields(body)) return invalid('We could not parse the JSON body of your request.')
  const stranger = Object.keys(body).find((name) => ![...documented, standIn.maxTokens].includes(name))
  if (stranger) return invalid(`Unrecognized request argument supplied: ${stranger}`)
  const messages = messagesOf(body)
  if (!Array.isArray(body.messages) || messages.length !== body.messages.length || messages.length === 0)
    return invalid("Missing required parameter: 'messages'.")
  const bad = messages.map(messageFault).find((fault) => fault !== undefined) ?? answersFault(messages)
  if (bad) return bad
  const model = standIn.models.find(({ id }) => id === body.model)
  if (!model)
    return {
      status: 404,
      code: 'model_not_found',
      message: `The model \`${body.model}\` does not exist or you do not have access to it.`,
    }
  return lengthFault(messages, model)
}

function lengthFault(messages: Fields[], { context }: ScriptedModel): ChatError | undefined {
  const tokens = inputTokens(messages)
  if (tokens <= context) return undefined
  const message = `This model's maximum context length is ${context} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`
  return { status: 400, code: 'context_length_exceeded', message }
}

export const inputTokens = (messages: Fields[]) =>
  messages.reduce((sum, message) => sum + 3 + tokensIn(JSON.stringify(message.content ?? '')), 0)
