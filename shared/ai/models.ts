/**
 * Models as they are known to this build: how much they take, what they cost, what they are good for. Pure arithmetic, no float.
 *
 * Units  prices: micro-dollars per million tokens, so 750,000 is $0.75; one token then costs that many trillionths of a dollar
 */
import type { TokenUsage } from './chat.ts'

/** The providers of models, in the order of the catalogue. */
export const aiProviders = ['openai', 'deepseek', 'openrouter', 'cerebras', 'gemini'] as const
/** A provider of models. */
export type AiProviderId = (typeof aiProviders)[number]

/** Price of one million tokens. `cached` null: no lower price for cached input is known, so it counts as input. */
export interface Price {
  input: number
  output: number
  cached: number | null
  /** Above this many input tokens the whole request costs this instead. */
  above?: { tokens: number; input: number; output: number }
  /** The day it was read, and where. */
  asOf: string
  source: `https://${string}`
}

/** A model: what it takes, what it costs, what is peculiar about it. */
export interface Model {
  provider: AiProviderId
  id: string
  /** Input and output together, in tokens; null where nobody tells. */
  context: number | null
  maxOutput: number | null
  price: Price | null
  /** Answers several times faster than others. */
  fast?: true
  /** Refuses a temperature. */
  fixedTemperature?: true
  /** Counts tokens with the encoding we count with. */
  ownTokenizer?: true
}

const modelsDev = { asOf: '2026-07-02', source: 'https://models.dev' } as const
const deepseekPage = { asOf: '2026-07-04', source: 'https://api-docs.deepseek.com/quick_start/pricing' } as const

const price = (input: number, output: number, more: Partial<Price> = {}): Price => ({
  input,
  output,
  cached: null,
  ...modelsDev,
  ...more,
})

const gpt5 = { provider: 'openai', maxOutput: 128_000, fixedTemperature: true, ownTokenizer: true } as const
const gpt4 = { provider: 'openai', ownTokenizer: true } as const
const gemini = { provider: 'gemini', context: 1_048_576, maxOutput: 65_536 } as const

/** The table. A model that is not in it may still be pinned by name; its price is then unknown. */
export const models: readonly Model[] = [
  {
    ...gpt5,
    id: 'gpt-5.5',
    context: 1_050_000,
    price: price(5_000_000, 30_000_000, { cached: 500_000, above: { tokens: 272_000, input: 10_000_000, output: 45_000_000 } }),
  },
  { ...gpt5, id: 'gpt-5.4', context: 1_050_000, price: price(2_500_000, 15_000_000, { cached: 250_000 }) },
  { ...gpt5, id: 'gpt-5.4-mini', context: 400_000, price: price(750_000, 4_500_000, { cached: 75_000 }) },
  { ...gpt5, id: 'gpt-5.4-nano', context: 400_000, price: price(200_000, 1_250_000, { cached: 20_000 }) },
  { ...gpt5, id: 'gpt-5-mini', context: 400_000, price: price(250_000, 2_000_000, { cached: 25_000 }) },
  { ...gpt5, id: 'gpt-5-nano', context: 400_000, price: price(50_000, 400_000) },
  { ...gpt4, id: 'gpt-4.1', context: 1_047_576, maxOutput: 32_768, price: price(2_000_000, 8_000_000, { cached: 500_000 }) },
  { ...gpt4, id: 'gpt-4.1-mini', context: 1_047_576, maxOutput: 32_768, price: price(400_000, 1_600_000) },
  { ...gpt4, id: 'gpt-4o-mini', context: 128_000, maxOutput: 16_384, price: price(150_000, 600_000) },
  {
    provider: 'deepseek',
    id: 'deepseek-v4-flash',
    context: 1_000_000,
    maxOutput: 384_000,
    price: price(140_000, 280_000, { cached: 2_800, ...deepseekPage }),
  },
  {
    provider: 'deepseek',
    id: 'deepseek-v4-pro',
    context: 1_000_000,
    maxOutput: 384_000,
    price: price(435_000, 870_000, { cached: 3_625, ...deepseekPage }),
  },
  // Its price is that of whichever model it picks; the answer tells what was charged.
  { provider: 'openrouter', id: 'openrouter/auto', context: 2_000_000, maxOutput: null, price: null },
  {
    provider: 'cerebras',
    id: 'gpt-oss-120b',
    context: 131_072,
    maxOutput: 40_960,
    fast: true,
    price: price(350_000, 750_000),
  },
  {
    provider: 'cerebras',
    id: 'zai-glm-4.7',
    context: 131_072,
    maxOutput: 40_960,
    fast: true,
    price: price(2_250_000, 2_750_000),
  },
  { ...gemini, id: 'gemini-3.5-flash', price: price(1_500_000, 9_000_000) },
  {
    ...gemini,
    id: 'gemini-3.1-pro-preview',
    price: price(2_000_000, 12_000_000, { above: { tokens: 200_000, input: 4_000_000, output: 18_000_000 } }),
  },
  { ...gemini, id: 'gemini-3.1-flash-lite', price: price(250_000, 1_500_000) },
  {
    ...gemini,
    id: 'gemini-2.5-pro',
    price: price(1_250_000, 10_000_000, { above: { tokens: 200_000, input: 2_500_000, output: 15_000_000 } }),
  },
  { ...gemini, id: 'gemini-2.5-flash', price: price(300_000, 2_500_000) },
  { ...gemini, id: 'gemini-2.5-flash-lite', price: price(100_000, 400_000) },
]

/** `provider/model`, the name by which a policy or an order means a model. */
export const refOf = ({ provider, id }: { provider: string; id: string }) => `${provider}/${id}`

/** A model of the table by its `provider/model`. */
export function modelOf(ref: string): Model | undefined {
  return models.find((model) => refOf(model) === ref)
}

function isProvider(name: string): name is AiProviderId {
  return (aiProviders as readonly string[]).includes(name)
}

/** A model by name: `provider/model`, a bare id of the table, or `vendor/model` as OpenRouter names them. Undefined when nobody has it. */
export function findModel(name: string): Model | undefined {
  const known = modelOf(name) ?? models.find(({ id }) => id === name)
  if (known) return known
  const [first = '', ...rest] = name.split('/')
  if (rest.length === 0) return undefined
  const unlisted = { context: null, maxOutput: null, price: null }
  if (isProvider(first)) return { provider: first, id: rest.join('/'), ...unlisted }
  return { provider: 'openrouter', id: name, ...unlisted }
}

/** Trillionths of a dollar are rounded up to billionths, so that a sum of costs is never below what was charged. */
const picosPerNano = 1_000

/**
 * What tokens cost at a price.
 *
 * Units  answer in nano-dollars: 1,000,000,000 is one dollar
 */
export function costNano(price: Price, { inputTokens, outputTokens, cachedTokens }: TokenUsage): number {
  const tier = price.above && inputTokens > price.above.tokens ? price.above : price
  const cachedRate = tier === price ? (price.cached ?? price.input) : tier.input
  const cached = Math.min(cachedTokens, inputTokens)
  const picos = (inputTokens - cached) * tier.input + cached * cachedRate + outputTokens * tier.output
  return Math.ceil(picos / picosPerNano)
}

/** One micro-dollar and one dollar in nano-dollars. */
export const nanos = { microDollar: 1_000, dollar: 1_000_000_000 } as const

/** Nano-dollars as dollars, for people and for the contract; unknown stays unknown. */
export function toDollars(nano: number | null): number | null {
  return nano === null ? null : nano / nanos.dollar
}
