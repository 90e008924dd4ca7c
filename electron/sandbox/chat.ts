/** What the stand-ins of models have in common: the protocol they share, answered by a script instead of a model. */
import { setTimeout as wait } from 'node:timers/promises'
import { type Fields, faultOf, inputTokens, isFields, messagesOf, tokensIn } from './chat-protocol.ts'
import { type Scripted, scriptOf } from './chat-script.ts'
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

const slowMs = 250

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
  const output = tokensIn(script.text + script.calls.map((call) => call.name + call.arguments).join(''))
  const common = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
  return { ...common, ...standIn.usage?.({ input, output }) }
}

function toolCallsOf({ calls }: Scripted) {
  return calls.map(({ id, name, arguments: text }) => ({ id, type: 'function', function: { name, arguments: text } }))
}

function wholeAnswer(answering: Answering): Fields {
  const { body, script } = answering
  const calls = toolCallsOf(script)
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

/** A call's name comes first, then its arguments in pieces; only the index tells which call a piece belongs to. */
function callPieces(script: Scripted): Fields[] {
  return toolCallsOf(script).flatMap((call, index) => {
    const { name, arguments: text } = call.function
    const pieces = text.match(new RegExp(`[\\s\\S]{1,${Math.ceil(text.length / 3)}}`, 'g')) ?? []
    const opening = { index, ...call, function: { name, arguments: '' } }
    return [opening, ...pieces.map((piece) => ({ index, function: { arguments: piece } }))]
  })
}

async function* streamed(answering: Answering): AsyncGenerator<string> {
  const { standIn, body, script } = answering
  const { keepAlive = '' } = standIn
  const { model } = body
  yield keepAlive + event(chunkOf(model, { role: 'assistant', content: '' }))
  for (const word of wordsOf(script.text)) {
    if (script.slowly) await wait(slowMs)
    yield event(chunkOf(model, { content: word })) + keepAlive
  }
  for (const piece of callPieces(script)) yield event(chunkOf(model, { tool_calls: [piece] }))
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
    isLogged: ({ path }) => path === `${standIn.path}/chat/completions`,
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
