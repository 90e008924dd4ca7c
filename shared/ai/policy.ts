/** A tenant's policy for models: which are tried for what, what may be spent, who is out. */
import { z } from 'zod'
import { aiProviders } from './models.ts'

/** What models are asked for. An order may name another task; it is routed like `chat`. */
export const aiTasks = {
  chat: 'Chat',
  reasoning: 'Reasoning',
  drafting: 'Drafting',
  classification: 'Classification',
  extraction: 'Extraction',
  summary: 'Summary',
  summary_long: 'Summary of long text',
  translation: 'Translation',
  code: 'Code',
} as const
/** A task with an order of its own. */
export type AiTask = keyof typeof aiTasks
/** A task with an order of its own. */
export const AiTask = z.enum(Object.keys(aiTasks) as [AiTask, ...AiTask[]])

/** How soon an answer is wanted: `fast` prefers fast models, `batch` cheap ones. */
export const LatencyClass = z.enum(['fast', 'normal', 'batch'])
/** How soon an answer is wanted. */
export type LatencyClass = z.infer<typeof LatencyClass>

/** `provider/model`. */
export const ModelRef = z
  .string()
  .min(3)
  .max(200)
  .refine((ref) => aiProviders.some((provider) => ref.startsWith(`${provider}/`) && ref.length > provider.length + 1), {
    message: `must be provider/model, with one of ${aiProviders.join(', ')}`,
  })

const Provider = z.enum(aiProviders)
/** Micro-dollars: 1,000,000 is one dollar. Up to a million dollars. */
const MicroDollars = z.int().min(0).max(1_000_000_000_000)

const Order = z.array(ModelRef).min(1).max(20)
/** Orders of some tasks. */
export const AiOrders = z.partialRecord(AiTask, Order)

/**
 * The policy.
 *
 * Units  amounts in micro-dollars (1,000,000 is one dollar); a month is a calendar month in UTC; lengths in tokens
 */
export const AiPolicy = z.strictObject({
  /** Models of each task, the preferred first. */
  orders: z.record(AiTask, Order),
  /** Providers and models that are never asked. */
  forbiddenProviders: z.array(Provider).max(aiProviders.length),
  forbiddenModels: z.array(ModelRef).max(100),
  /** Spent at most in a month; null for no limit. With one, models of unknown price are not asked. */
  monthlyBudgetMicroDollars: MicroDollars.nullable(),
  /** One call may cost at most this by its estimate; null for no limit. */
  maxCallMicroDollars: MicroDollars.nullable(),
  /** From this many input tokens on, models for long text are preferred. */
  longFromTokens: z.int().min(1_000).max(2_000_000),
  /** Tokens of an answer where an order names none. */
  maxOutputTokens: z.int().min(16).max(128_000),
})
/** The policy. */
export type AiPolicy = z.infer<typeof AiPolicy>

const fallback = [
  'deepseek/deepseek-v4-flash',
  'gemini/gemini-3.1-flash-lite',
  'cerebras/gpt-oss-120b',
  'openrouter/openrouter/auto',
]
const plain = ['openai/gpt-5.4-mini', ...fallback]

/** What holds for a tenant that chose nothing. */
export const defaultPolicy: AiPolicy = {
  orders: {
    chat: plain,
    reasoning: ['openai/gpt-5.4', 'deepseek/deepseek-v4-pro', 'gemini/gemini-3.1-pro-preview', 'openrouter/openrouter/auto'],
    drafting: plain,
    classification: ['openai/gpt-5.4-nano', ...fallback],
    extraction: ['openai/gpt-5.4-nano', ...fallback],
    summary: plain,
    summary_long: ['gemini/gemini-3.5-flash', 'deepseek/deepseek-v4-flash', 'openai/gpt-5.4', 'openrouter/openrouter/auto'],
    translation: plain,
    code: ['openai/gpt-5.4', 'deepseek/deepseek-v4-pro', 'gemini/gemini-3.1-pro-preview', 'openrouter/openrouter/auto'],
  },
  forbiddenProviders: [],
  forbiddenModels: [],
  monthlyBudgetMicroDollars: null,
  maxCallMicroDollars: null,
  longFromTokens: 200_000,
  maxOutputTokens: 4_096,
}
