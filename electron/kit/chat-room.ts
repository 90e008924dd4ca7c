/** What the rooms of models have in common: settings, actions, the door through which the router asks. */
import { z } from 'zod'
import { ChatAnswer, type ChatMessage, ChatRequest } from '#shared/ai/chat'
import { failed } from '#shared/failure'
import { type ChatCall, type ChatCredential, type ChatTerms, chatClient, streamChat, unwrapped } from './chat.ts'
import { rejectsChat } from './chat-failures.ts'
import { requestsBucket } from './chat-limits.ts'
import { type Action, defineAction, type Limit, type Provider } from './define.ts'
import { Endpoint } from './endpoints.ts'

/** Settings of a room of models. */
export const ChatSettings = z.strictObject({ endpoint: Endpoint.optional() })
/** Settings of a room of models. */
export type ChatSettings = z.infer<typeof ChatSettings>

/** The credential of a room of models: one key. */
export function chatCredential(env: string, help: string): z.ZodType<ChatCredential> {
  const apiKey = z
    .string()
    .min(8)
    .max(400)
    .regex(/^[\x21-\x7e]+$/, 'must be the key alone, without spaces')
    .meta({ title: 'API key', secret: true, env, help })
  return z.strictObject({ apiKey })
}

const ListedModel = z.object({
  id: z.string().min(1),
  owned_by: z.string().nullish(),
  name: z.string().nullish(),
  context_length: z.int().nonnegative().nullish(),
  pricing: z.object({ prompt: z.string().nullish(), completion: z.string().nullish() }).nullish(),
})

/** A model as its provider lists it; what it does not tell is null. Prices in dollars per token, as text. */
const ModelEntry = z.strictObject({
  id: z.string(),
  name: z.string().nullable(),
  owner: z.string().nullable(),
  contextTokens: z.int().nullable(),
  inputPrice: z.string().nullable(),
  outputPrice: z.string().nullable(),
})
type ModelEntry = z.infer<typeof ModelEntry>

/** Models told in one answer; OpenRouter lists some hundreds. */
const mostModels = 2_000

/** The models that a key may ask. */
export async function listModels(call: ChatCall, terms: ChatTerms): Promise<ModelEntry[]> {
  let listed: unknown[]
  try {
    const client = await chatClient(call, terms, call.ask)
    const { data } = await client.models.list({ signal: call.signal })
    listed = z.array(z.unknown()).parse(data)
  } catch (error) {
    throw await unwrapped(error, call, terms)
  }
  return listed.slice(0, mostModels).map((one) => toEntry(one, terms.name))
}

function toEntry(one: unknown, name: string): ModelEntry {
  const parsed = ListedModel.safeParse(one)
  if (!parsed.success) throw failed('unexpected', `${name} listed a model in a shape that is not its documented one.`)
  const { id, owned_by: owner, name: title, context_length: context, pricing } = parsed.data
  return {
    id,
    name: title ?? null,
    owner: owner ?? null,
    contextTokens: context ?? null,
    inputPrice: pricing?.prompt ?? null,
    outputPrice: pricing?.completion ?? null,
  }
}

function lastWords(messages: readonly ChatMessage[]): string {
  const last = messages.findLast(({ role }) => role === 'user') ?? messages[0]
  return last?.content ?? ''
}

/** Reads an answer to its end, where nobody waits for its pieces. */
async function wholeAnswer(terms: ChatTerms, request: ChatRequest, call: ChatCall): Promise<ChatAnswer> {
  for await (const event of streamChat(terms, request, call)) if (event.type === 'end') return event.answer
  throw failed('unexpected', `${terms.name} ended without an answer.`)
}

/** Sources of a room's actions. */
export interface ChatSources {
  chat: `https://${string}`
  models: `https://${string}`
}

/** Our own pace, well below what any paid plan allows; it keeps a loop from emptying an account. */
export function ownPace(source: `https://${string}`, count = 300): Limit[] {
  return [{ bucket: requestsBucket, title: 'Requests, our own pace', count, perMs: 60_000, source }]
}

/** The parts of a manifest that are the same in every room of models. */
export function chatParts(terms: ChatTerms, sources: ChatSources) {
  const complete = defineAction({
    title: 'Ask a model',
    effect: 'Asks a model for an answer; nothing changes at the provider, and tokens are charged, also when the answer is lost.',
    source: sources.chat,
    repeat: 'safe',
    input: ChatRequest,
    output: ChatAnswer,
    buckets: () => [requestsBucket],
    subject: ({ model, messages }) => `${model}: ${lastWords(messages)}`.slice(0, 120),
    run: (request, call: ChatCall) => wholeAnswer(terms, request, call),
  })
  const list = defineAction({
    title: 'List models',
    effect: 'Reads which models this key may ask; costs nothing.',
    source: sources.models,
    repeat: 'safe',
    input: z.strictObject({}),
    output: z.strictObject({ models: z.array(ModelEntry) }),
    buckets: () => [requestsBucket],
    subject: () => `Models at ${terms.name}`,
    run: async (_input, call: ChatCall) => ({ models: await listModels(call, terms) }),
  })
  return {
    category: 'ai' as const,
    settings: ChatSettings,
    serves: {},
    actions: { 'chat.complete': complete, 'models.list': list } as Record<
      string,
      Action<z.ZodType, z.ZodType, ChatCredential, ChatSettings>
    >,
    chat: (request: ChatRequest, call: ChatCall) => streamChat(terms, request, call),
    rejects: rejectsChat(terms.errors),
  } satisfies Partial<Provider<ChatCredential, ChatSettings>>
}
