/** Chat with a model over the protocol that most providers share: one request, answers as they flow, in our words. */
import type OpenAI from 'openai'
import { z } from 'zod'
import type { ChatAnswer, ChatEvent, ChatFinish, ChatMessage, ChatRequest, ToolCall } from '#shared/ai/chat'
import { nanos } from '#shared/ai/models'
import { AppError, failed } from '#shared/failure'
import type { Call } from './call.ts'
import { type ChatErrors, judgeStreamed } from './chat-failures.ts'

/** The credential of every provider of models. */
export interface ChatCredential {
  apiKey: string
}

/** The call as a room of models is handed it. */
export type ChatCall = Call<ChatCredential, unknown>

/** How a provider differs from the protocol it shares with others. */
export interface ChatTerms {
  name: string
  /** Path below the endpoint, without a slash at its end. */
  path: string
  /** What the field is called that bounds the answer. */
  maxTokens: 'max_tokens' | 'max_completion_tokens'
  errors: ChatErrors
}

/** Headers that an API of models knows. The SDK adds others, of its own and out of the environment. */
const sentHeaders = ['accept', 'content-type', 'user-agent']

/** Sends what the provider documents and the tenant's own key, whatever the SDK made of it. */
function plainly({ credential }: ChatCall, fetch: ChatCall['fetch']): ChatCall['fetch'] {
  return (input, init) => {
    const made = new Headers(init?.headers)
    const headers = new Headers({ authorization: `Bearer ${credential.apiKey}` })
    for (const name of sentHeaders) if (made.has(name)) headers.set(name, made.get(name) ?? '')
    return fetch(input, { ...init, headers })
  }
}

/**
 * The official SDK on the call's own fetch.
 *
 * Why   whatever the SDK would read from the environment is set or left out here, so that nobody's variable changes where a tenant's words go
 */
export async function chatClient(call: ChatCall, terms: ChatTerms, fetch: ChatCall['fetch']): Promise<OpenAI> {
  const { default: Client } = await import('openai')
  return new Client({
    apiKey: call.credential.apiKey,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: `${call.endpoint()}${terms.path}`,
    fetch: plainly(call, fetch),
    maxRetries: 0,
    logLevel: 'off',
  })
}

type SdkMessage = OpenAI.Chat.Completions.ChatCompletionMessageParam

function toSdkMessage(message: ChatMessage): SdkMessage {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.toolCallId, content: message.content }
  if (message.role !== 'assistant') return { role: message.role, content: message.content }
  const calls = message.toolCalls?.map(({ id, name, arguments: text }) => ({
    id,
    type: 'function' as const,
    function: { name, arguments: text },
  }))
  return { role: 'assistant', content: message.content ?? (calls ? null : ''), ...(calls ? { tool_calls: calls } : {}) }
}

function toolsOf({ tools, toolChoice }: ChatRequest) {
  if (!tools || tools.length === 0) return {}
  const choice = typeof toolChoice === 'object' ? { type: 'function' as const, function: { name: toolChoice.name } } : toolChoice
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: 'function' as const,
      function: { name, parameters, ...(description === undefined ? {} : { description }) },
    })),
    ...(choice === undefined ? {} : { tool_choice: choice }),
  }
}

function toBody(request: ChatRequest, terms: ChatTerms): OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming {
  const { model, messages, maxTokens, temperature, json } = request
  return {
    model,
    messages: messages.map(toSdkMessage),
    ...toolsOf(request),
    ...(maxTokens === undefined ? {} : { [terms.maxTokens]: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(json ? { response_format: { type: 'json_object' as const } } : {}),
    stream: true,
    stream_options: { include_usage: true },
  }
}

const Chunk = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            tool_calls: z
              .array(
                z.object({
                  index: z.int().nonnegative().optional(),
                  id: z.string().nullish(),
                  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z
    .object({
      prompt_tokens: z.int().nonnegative().default(0),
      completion_tokens: z.int().nonnegative().nullish(),
      total_tokens: z.int().nonnegative().nullish(),
      prompt_cache_hit_tokens: z.int().nonnegative().nullish(),
      prompt_tokens_details: z.object({ cached_tokens: z.int().nonnegative().nullish() }).nullish(),
      cost: z.number().nonnegative().nullish(),
    })
    .nullish(),
})
type Chunk = z.infer<typeof Chunk>

/** What has come so far. */
interface Draft {
  model: string
  text: string
  calls: ToolCall[]
  finish: string | undefined
  usage: ChatAnswer['usage']
  costNano: number | null
}

function noteUsage(draft: Draft, usage: NonNullable<Chunk['usage']>): void {
  const inputTokens = usage.prompt_tokens
  // Some count thinking in the total alone; what was neither read nor cached was written, and is charged.
  const outputTokens = Math.max(usage.completion_tokens ?? 0, (usage.total_tokens ?? 0) - inputTokens)
  const cached = usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? 0
  draft.usage = { inputTokens, outputTokens, cachedTokens: Math.min(cached, inputTokens) }
  if (typeof usage.cost === 'number') draft.costNano = Math.ceil(Number((usage.cost * nanos.dollar).toFixed(3)))
}

type CallPieces = NonNullable<NonNullable<NonNullable<Chunk['choices']>[number]['delta']>['tool_calls']>

/** Tool calls come in pieces; some providers name no index, and each piece is then a call of its own. */
function noteCalls(draft: Draft, pieces: CallPieces): void {
  for (const piece of pieces) {
    const at = piece.index ?? draft.calls.length
    const before = draft.calls[at] ?? { id: '', name: '', arguments: '' }
    draft.calls[at] = {
      id: piece.id || before.id || `call_${at}`,
      name: piece.function?.name || before.name,
      arguments: before.arguments + (piece.function?.arguments ?? ''),
    }
  }
}

/** Takes one chunk into the draft and answers the text in it. */
function note(draft: Draft, chunk: Chunk): string {
  if (chunk.model) draft.model = chunk.model
  if (chunk.usage) noteUsage(draft, chunk.usage)
  const choice = chunk.choices?.[0]
  if (choice?.delta?.tool_calls) noteCalls(draft, choice.delta.tool_calls)
  if (choice?.finish_reason) draft.finish = choice.finish_reason
  const text = choice?.delta?.content ?? ''
  draft.text += text
  return text
}

const finishes: Readonly<Record<string, ChatFinish>> = {
  stop: 'stop',
  eos: 'stop',
  length: 'length',
  max_tokens: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
}

function finishOf({ finish, calls }: Draft, { name }: ChatTerms): ChatFinish {
  if (finish === undefined) {
    throw failed('unavailable', `${name} stopped in the middle of its answer. What it had written may still be charged.`, {
      code: 'stream_cut',
    })
  }
  if (/content_filter|safety|recitation/i.test(finish)) {
    throw failed('rejected', `${name} withheld the answer: its content filter stepped in. Word the request differently.`, {
      code: finish,
    })
  }
  if (finish === 'error' || finish === 'insufficient_system_resource') {
    throw failed('unavailable', `${name} broke off while it was answering.`, { code: finish })
  }
  const told = finishes[finish] ?? 'stop'
  return told === 'stop' && calls.length > 0 ? 'tool_calls' : told
}

function toAnswer(draft: Draft, terms: ChatTerms): ChatAnswer {
  const finish = finishOf(draft, terms)
  const { model, text, usage, costNano } = draft
  return { model, text, toolCalls: draft.calls.filter(({ name }) => name !== ''), finish, usage, costNano }
}

/** The failure inside what an SDK threw: ours where our fetch threw it, else what the provider told in the stream. */
export async function unwrapped(error: unknown, call: ChatCall, terms: ChatTerms): Promise<unknown> {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof AppError) return at
  const { APIError, APIUserAbortError } = await import('openai')
  if (error instanceof APIUserAbortError) return failed('cancelled', 'It was stopped before the answer was complete.')
  if (error instanceof APIError && error.error !== undefined) return judgeStreamed(error.error, call, terms)
  return failed('unexpected', `${terms.name} answered something that cannot be read.`)
}

const ToldInstead = z.object({ error: z.unknown() })

/** Refuses what is no stream of events before the SDK looks for events in it. Some tell an error in plain JSON under status 200. */
function eventsOnly(call: ChatCall, terms: ChatTerms): ChatCall['fetch'] {
  return async (input, init) => {
    const response = await call.stream(input, init)
    if (/^text\/event-stream/i.test(response.headers.get('content-type') ?? '')) return response
    const told = ToldInstead.safeParse(await response.json().catch(() => undefined))
    if (told.success && told.data.error !== undefined) throw judgeStreamed(told.data.error, call, terms)
    throw failed('unexpected', `${terms.name} was asked for a stream of events and answered something else.`)
  }
}

/** Asks a model; its words are handed on as they come, the whole answer at the end. */
export async function* streamChat(terms: ChatTerms, request: ChatRequest, call: ChatCall): AsyncGenerator<ChatEvent> {
  const draft: Draft = { model: request.model, text: '', calls: [], finish: undefined, usage: null, costNano: null }
  try {
    const client = await chatClient(call, terms, eventsOnly(call, terms))
    const stream = await client.chat.completions.create(toBody(request, terms), { signal: call.signal })
    for await (const raw of stream) {
      const chunk = Chunk.safeParse(raw)
      if (!chunk.success) throw failed('unexpected', `${terms.name} streamed a piece in a shape that is not its documented one.`)
      const text = note(draft, chunk.data)
      if (text !== '') yield { type: 'text', text }
    }
  } catch (error) {
    throw await unwrapped(error, call, terms)
  }
  if (call.signal.aborted) throw failed('cancelled', 'It was stopped before the answer was complete.')
  yield { type: 'end', answer: toAnswer(draft, terms) }
}
