/** What the stand-ins of models have in common: the protocol they share, answered by a script instead of a model. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Sandbox, SandboxRequest, SandboxResponse, SpecialFault } from './define.ts'

/** An error before it has its provider's shape. */
export interface ChatError {
  status: number
  code: string
  message: string
}

/** A model of a stand-in; `context` in tokens as the stand-in counts them. */
export interface ScriptedModel {
  id: string
  context: number
}

/** How a provider differs from the protocol it shares. */
export interface ChatStandIn {
  provider: string
  apiKey: string
  /** Path before `/chat/completions`. */
  path: string
  models: readonly ScriptedModel[]
  /** The fields of a request that this provider documents. */
  maxTokens: 'max_tokens' | 'max_completion_tokens'
  wrongKey: ChatError
  noMoney: ChatError
  /** The error in this provider's own shape. */
  shape(error: ChatError): unknown
  /** Sent before the first piece, and again between pieces (comments, blank lines). */
  keepAlive?: string
  /** Headers of every good answer. */
  headers?: Readonly<Record<string, string>>
  /** Fields of usage beside the common ones. */
  usage?(tokens: { input: number; output: number }): Record<string, unknown>
  listed?(model: ScriptedModel): Record<string, unknown>
  /** Further routes (`GET /user/balance`). */
  routes?: Readonly<Record<string, () => SandboxResponse>>
  /** Whether an error inside a stream belongs to what this provider does. */
  breaksInStream?: true
  faults?: readonly SpecialFault[]
}

type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A token is four characters here: nobody who reads a stand-in's numbers should take them for a real tokenizer's. */
const tokensIn = (text: string) => Math.ceil(text.length / 4)
const slowMs = 250

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

function messagesOf(body: Fields): Fields[] {
  return Array.isArray(body.messages) ? body.messages.filter(isFields) : []
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

/** What the real one would refuse in a request. */
function faultOf(body: unknown, standIn: ChatStandIn): ChatError | undefined {
  if (!isFields(body)) return invalid('We could not parse the JSON body of your request.')
  const stranger = Object.keys(body).find((name) => ![...documented, standIn.maxTokens].includes(name))
  if (stranger) return invalid(`Unrecognized request argument supplied: ${stranger}`)
  const messages = messagesOf(body)
  if (!Array.isArray(body.messages) || messages.length !== body.messages.length || messages.length === 0)
    return invalid("Missing required parameter: 'messages'.")
  const bad = messages.map(messageFault).find((fault) => fault !== undefined)
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

const inputTokens = (messages: Fields[]) =>
  messages.reduce((sum, message) => sum + 3 + tokensIn(JSON.stringify(message.content ?? '')), 0)

interface Scripted {
  text: string
  tool?: { name: string; arguments: string }
  finish: string
  slowly: boolean
}

function toolNames(body: Fields): string[] {
  const tools = Array.isArray(body.tools) ? body.tools.filter(isFields) : []
  return tools.map((tool) => (isFields(tool.function) ? String(tool.function.name) : ''))
}

/**
 * The script, read from the last message: `call tool NAME {json}` asks for that tool, `say: …` says exactly that, `slowly` takes
 * its time, `refuse this` meets the content filter; anything else is told back.
 */
function scriptOf(body: Fields, name: string): Scripted {
  const last = messagesOf(body).at(-1) ?? {}
  const text = String(last.content ?? '')
  const slowly = /\bslowly\b/i.test(text)
  if (last.role === 'tool') return { text: `The tool answered: ${text.slice(0, 400)}`, finish: 'stop', slowly }
  const wanted = /call tool ([\w-]+)\s*(\{[\s\S]*\})?/i.exec(text)
  if (wanted && body.tool_choice !== 'none' && toolNames(body).includes(wanted[1] ?? '')) {
    return { text: '', tool: { name: wanted[1] ?? '', arguments: wanted[2] ?? '{}' }, finish: 'tool_calls', slowly }
  }
  if (/refuse this/i.test(text)) return { text: '', finish: 'content_filter', slowly }
  const said = /say:\s*([\s\S]+)/i.exec(text)?.[1]
  if (said !== undefined) return { text: said, finish: 'stop', slowly }
  const format = isFields(body.response_format) ? body.response_format.type : undefined
  if (format === 'json_object') return { text: JSON.stringify({ answer: text.slice(0, 400) }), finish: 'stop', slowly }
  return { text: `${name} read ${text.length} characters: ${text.slice(0, 400)}`, finish: 'stop', slowly }
}

/** The answer as far as the order lets it grow. */
function bounded(script: Scripted, most: unknown): Scripted {
  if (typeof most !== 'number' || tokensIn(script.text) <= most) return script
  return { ...script, text: script.text.slice(0, most * 4), finish: 'length' }
}

interface Answering {
  standIn: ChatStandIn
  body: Fields
  script: Scripted
}

function usageOf({ standIn, body, script }: Answering): Fields {
  const input = inputTokens(messagesOf(body))
  const output = tokensIn(script.text + (script.tool?.arguments ?? ''))
  const common = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
  return { ...common, ...standIn.usage?.({ input, output }) }
}

function toolCallsOf({ tool }: Scripted) {
  return tool ? [{ index: 0, id: `call_${tool.name}`, type: 'function', function: tool }] : []
}

function wholeAnswer(answering: Answering): Fields {
  const { body, script } = answering
  const calls = toolCallsOf(script).map(({ index: _index, ...call }) => call)
  const message = { role: 'assistant', content: script.text || null, ...(calls.length > 0 ? { tool_calls: calls } : {}) }
  return {
    id: 'chatcmpl-standin',
    object: 'chat.completion',
    created: 1,
    model: body.model,
    choices: [{ index: 0, message, finish_reason: script.finish }],
    usage: usageOf(answering),
  }
}

const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`
const chunkOf = (model: unknown, delta: Fields, finish: string | null = null) => ({
  id: 'chatcmpl-standin',
  object: 'chat.completion.chunk',
  created: 1,
  model,
  choices: [{ index: 0, delta, finish_reason: finish }],
})

/** Words with the space behind them, so that pieces put together are the text again. */
const wordsOf = (text: string) => text.match(/\s*\S+\s*/g) ?? []

async function* streamed(answering: Answering): AsyncGenerator<string> {
  const { standIn, body, script } = answering
  const { keepAlive = '' } = standIn
  const { model } = body
  yield keepAlive + event(chunkOf(model, { role: 'assistant', content: '' }))
  for (const word of wordsOf(script.text)) {
    if (script.slowly) await wait(slowMs)
    yield event(chunkOf(model, { content: word })) + keepAlive
  }
  for (const call of toolCallsOf(script)) {
    const { name, arguments: text } = call.function
    const half = Math.ceil(text.length / 2)
    yield event(chunkOf(model, { tool_calls: [{ ...call, function: { name, arguments: text.slice(0, half) } }] }))
    yield event(chunkOf(model, { tool_calls: [{ index: 0, function: { arguments: text.slice(half) } }] }))
  }
  yield event(chunkOf(model, {}, script.finish))
  const options = isFields(body.stream_options) ? body.stream_options : {}
  if (options.include_usage === true) yield event({ ...chunkOf(model, {}), choices: [], usage: usageOf(answering) })
  yield 'data: [DONE]\n\n'
}

const eventStream = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

function complete({ body, headers: _headers }: SandboxRequest, standIn: ChatStandIn): SandboxResponse {
  const fault = faultOf(body, standIn)
  if (fault) return refusal(fault, standIn)
  const fields = body as Fields
  const script = bounded(scriptOf(fields, `The stand-in of ${standIn.provider}`), fields[standIn.maxTokens])
  const answering = { standIn, body: fields, script }
  if (fields.stream !== true) return { status: 200, headers: { ...standIn.headers }, body: wholeAnswer(answering) }
  return { status: 200, headers: { ...eventStream, ...standIn.headers }, stream: streamed(answering) }
}

function refusal(error: ChatError, standIn: ChatStandIn): SandboxResponse {
  return { status: error.status, body: standIn.shape(error) }
}

function list({ models, listed }: ChatStandIn): SandboxResponse {
  const data = models.map((model) => ({ id: model.id, object: 'model', created: 1, owned_by: 'stand-in', ...listed?.(model) }))
  return { status: 200, body: { object: 'list', data } }
}

async function* brokenStream(standIn: ChatStandIn): AsyncGenerator<string> {
  yield event(chunkOf('m', { role: 'assistant', content: 'This answer ' }))
  yield event(chunkOf('m', { content: 'breaks' }))
  if (!standIn.breaksInStream) return
  const error = { code: 502, message: 'Provider returned error: the model stopped answering' }
  yield event({ ...chunkOf('m', { content: '' }, 'error'), error })
}

function faultsOf(standIn: ChatStandIn): SpecialFault[] {
  const isChat = ({ path }: SandboxRequest) => path === `${standIn.path}/chat/completions`
  const { noMoney } = standIn
  return [
    {
      id: 'no_money',
      title: 'The account has no credit left',
      effect: `Questions to a model are refused with ${noMoney.status}; waiting does not help.`,
      answer: (request) => (isChat(request) ? refusal(noMoney, standIn) : undefined),
    },
    {
      id: 'breaks_in_stream',
      title: 'The answer breaks off',
      effect: standIn.breaksInStream
        ? 'A good beginning of the answer is followed by an error in the same stream.'
        : 'A good beginning of the answer is followed by nothing.',
      answer: (request) => (isChat(request) ? { status: 200, headers: eventStream, stream: brokenStream(standIn) } : undefined),
    },
    {
      id: 'too_long',
      title: 'The messages are too long for the model',
      effect: 'Questions to a model are refused as longer than it takes.',
      answer: (request) => (isChat(request) ? refusal(tooLong, standIn) : undefined),
    },
    ...(standIn.faults ?? []),
  ]
}

const tooLong: ChatError = {
  status: 400,
  code: 'context_length_exceeded',
  message: "This model's maximum context length is 128000 tokens. However, your messages resulted in 131072 tokens.",
}

const codes: Readonly<Record<number, string>> = {
  403: 'permission_denied',
  429: 'rate_limit_exceeded',
  500: 'server_error',
  503: 'service_unavailable',
}

/** A stand-in of a provider of models. */
export function createChatStandIn(standIn: ChatStandIn): Sandbox {
  const routes: Readonly<Record<string, (request: SandboxRequest) => SandboxResponse>> = {
    [`POST ${standIn.path}/chat/completions`]: (request) => complete(request, standIn),
    [`GET ${standIn.path}/models`]: () => list(standIn),
    ...standIn.routes,
  }
  return {
    provider: standIn.provider,
    demoCredential: { apiKey: standIn.apiKey },
    demoSettings: {},
    errorBody(status, reason) {
      if (status === 401) return { status: standIn.wrongKey.status, body: standIn.shape(standIn.wrongKey) }
      return { body: standIn.shape({ status, code: codes[status] ?? 'error', message: reason }) }
    },
    hasEffect: () => false,
    handle(request) {
      const route = routes[`${request.method} ${request.path}`]
      const unknown = `Invalid URL (${request.method} ${request.path})`
      if (!route) return refusal({ status: 404, code: 'unknown_url', message: unknown }, standIn)
      if (request.headers.get('authorization') !== `Bearer ${standIn.apiKey}`) return refusal(standIn.wrongKey, standIn)
      return route(request)
    },
    faults: faultsOf(standIn),
  }
}
