/** What is said to a model and what comes back, in our words, whichever provider carries it. */
import { z } from 'zod'

const Text = z.string().max(4_000_000)
const ToolName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/, 'may hold letters, digits, _ and -')

/** A tool that the model asked for; `arguments` is JSON as the model wrote it, which may be no valid JSON. */
export const ToolCall = z.strictObject({ id: z.string().min(1).max(200), name: ToolName, arguments: z.string().max(1_000_000) })
/** A tool that the model asked for. */
export type ToolCall = z.infer<typeof ToolCall>

/** One message of a conversation with a model. */
export const ChatMessage = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: Text }),
  z.strictObject({ role: z.literal('user'), content: Text }),
  z.strictObject({
    role: z.literal('assistant'),
    content: Text.nullable().optional(),
    toolCalls: z.array(ToolCall).min(1).max(128).optional(),
  }),
  z.strictObject({ role: z.literal('tool'), toolCallId: z.string().min(1).max(200), content: Text }),
])
/** One message of a conversation with a model. */
export type ChatMessage = z.infer<typeof ChatMessage>

/** A tool the model may ask for; `parameters` is a JSON Schema. */
export const ChatTool = z.strictObject({
  name: ToolName,
  description: z.string().max(4_000).optional(),
  parameters: z.record(z.string(), z.json()),
})
/** A tool the model may ask for. */
export type ChatTool = z.infer<typeof ChatTool>

/** Messages and what the answer may be; shared by the contract and by every provider's action. */
export const chatFields = {
  messages: z.array(ChatMessage).min(1).max(1_000).meta({ title: 'Messages', json: true }),
  tools: z.array(ChatTool).max(128).optional().meta({ title: 'Tools', json: true, advanced: true }),
  /** A name stands for that tool. */
  toolChoice: z
    .union([z.enum(['auto', 'none', 'required']), z.strictObject({ name: ToolName })])
    .optional()
    .meta({ title: 'Tool choice', json: true, advanced: true }),
  maxTokens: z.int().min(1).max(400_000).optional().meta({ title: 'Most tokens of the answer' }),
  temperature: z.number().min(0).max(2).optional().meta({ title: 'Temperature', advanced: true }),
  json: z.boolean().optional().meta({ title: 'Answer in JSON', advanced: true }),
}

/** One order to one model. */
export const ChatRequest = z.strictObject({
  model: z.string().min(1).max(200).meta({ title: 'Model' }),
  ...chatFields,
})
/** One order to one model. */
export type ChatRequest = z.infer<typeof ChatRequest>

/** Tokens as the provider counted them. `cachedTokens` are part of `inputTokens`. */
export const TokenUsage = z.strictObject({
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  cachedTokens: z.int().nonnegative(),
})
/** Tokens as the provider counted them. */
export type TokenUsage = z.infer<typeof TokenUsage>

/** Why a model stopped: done, out of tokens, or waiting for tools. */
export const ChatFinish = z.enum(['stop', 'length', 'tool_calls'])
/** Why a model stopped. */
export type ChatFinish = z.infer<typeof ChatFinish>

/**
 * A whole answer.
 *
 * Units  costNano: billionths of a dollar, where the provider itself told what it charged
 */
export const ChatAnswer = z.strictObject({
  model: z.string(),
  text: z.string(),
  toolCalls: z.array(ToolCall),
  finish: ChatFinish,
  usage: TokenUsage.nullable(),
  costNano: z.int().nonnegative().nullable(),
})
/** A whole answer. */
export type ChatAnswer = z.infer<typeof ChatAnswer>

/** What comes while a model answers: pieces of text, then the whole answer once. */
export type ChatEvent = { type: 'text'; text: string } | { type: 'end'; answer: ChatAnswer }
