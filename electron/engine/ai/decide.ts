/** Who is asked, and why: the router's decision over what is known. Pure. */
import { costNano, type Model, modelOf, nanos, refOf } from '#shared/ai/models'
import { type AiPolicy, AiTask, aiTasks, type LatencyClass } from '#shared/ai/policy'
import type { AiSkipped } from '#shared/contract/ai'
import { type Failure, type FailureKind, failed } from '#shared/failure'
import { countFor } from './count-tokens.ts'

/** What keeps a provider from being asked now; nothing when it may be. */
export interface Hindrance {
  kind: FailureKind
  why: string
  retryAfterMs?: number | undefined
}

/** A model that is passed over, and why. */
export interface Passed extends Hindrance {
  provider: string
  model: string
}

export interface Question {
  task: string
  latency: LatencyClass
  /** Tokens of the order in our own encoding. */
  counted: number
  /** Most tokens of the answer that were asked for; undefined leaves it to the policy. */
  maxTokens: number | undefined
  /** The model that was named, if one was. */
  pinned: Model | undefined
  policy: AiPolicy
  /** What keeps a provider from being asked. */
  hindrance(provider: string): Hindrance | undefined
  /** Whether a provider is on trial after failing. */
  onTrial(provider: string): boolean
  /** Left of the month's budget in nano-dollars; null without one. */
  budgetLeftNano: number | null
}

export interface Choice {
  model: Model
  reasons: string[]
  inputTokens: number
  maxTokens: number
  /** What it may cost at most; null where the price is unknown. */
  estimateNano: number | null
}

export interface Decision {
  /** Who may be asked, the preferred first. */
  choices: Choice[]
  passed: Passed[]
  /** Set where nobody may be. */
  failure: Failure | undefined
}

const count = (tokens: number) => tokens.toLocaleString('en')
const dollars = (nano: number) => `$${(nano / nanos.dollar).toFixed(nano < nanos.dollar / 100 ? 6 : 2)}`

interface Ordered {
  models: Model[]
  reasons: string[]
}

function modelFrom(ref: string): Model {
  const known = modelOf(ref)
  if (known) return known
  const [provider = '', ...rest] = ref.split('/')
  return { provider: provider as Model['provider'], id: rest.join('/'), context: null, maxOutput: null, price: null }
}

/** The models of the task in the order in which they are preferred, and what made that order. */
function orderOf(question: Question): Ordered {
  const { task, policy, pinned, counted, latency } = question
  if (pinned) return { models: [pinned], reasons: ['The order names this model.'] }
  const known = AiTask.safeParse(task)
  const name = known.success ? known.data : 'chat'
  const reasons = [known.success ? `The policy for ${aiTasks[name]}.` : `No order of its own for "${task}": routed like Chat.`]
  let refs = policy.orders[name]
  if (counted >= policy.longFromTokens) {
    refs = [...policy.orders.summary_long, ...refs]
    reasons.push(
      `${count(counted)} tokens are long text (from ${count(policy.longFromTokens)}): models for long text come first.`,
    )
  }
  if (latency === 'fast') {
    const all = [...refs, ...policy.orders.chat]
    refs = [...all.filter((ref) => modelOf(ref)?.fast), ...refs]
    reasons.push('An answer is wanted fast: fast models come first.')
  }
  const models = [...new Set(refs)].map(modelFrom)
  if (latency !== 'batch') return { models, reasons }
  reasons.push('It may take its time: the cheapest by estimate comes first.')
  const cost = (model: Model) => sizeOf(model, question).estimateNano ?? Number.POSITIVE_INFINITY
  return { models: models.toSorted((a, b) => cost(a) - cost(b) || 0), reasons }
}

function sizeOf(model: Model, { counted, maxTokens, policy }: Question): Omit<Choice, 'reasons'> {
  const inputTokens = countFor(model, counted)
  const asked = maxTokens ?? policy.maxOutputTokens
  const bounded = model.maxOutput === null ? asked : Math.min(asked, model.maxOutput)
  const tokens = { inputTokens, outputTokens: bounded, cachedTokens: 0 }
  const estimateNano = model.price ? costNano(model.price, tokens) : null
  return { model, inputTokens, maxTokens: bounded, estimateNano }
}

function overContext({ model, inputTokens, maxTokens }: Omit<Choice, 'reasons'>): Hindrance | undefined {
  if (model.context === null || inputTokens + maxTokens <= model.context) return undefined
  const needs = `${count(inputTokens)} tokens and ${count(maxTokens)} for the answer`
  return { kind: 'invalid', why: `it takes ${count(model.context)} tokens; this needs ${needs}` }
}

function overBudget({ estimateNano }: Omit<Choice, 'reasons'>, { policy, budgetLeftNano }: Question): Hindrance | undefined {
  const perCall = policy.maxCallMicroDollars
  if (perCall === null && budgetLeftNano === null) return undefined
  if (estimateNano === null) return { kind: 'quota', why: 'its price is not known, and spending is limited' }
  if (perCall !== null && estimateNano > perCall * nanos.microDollar) {
    return {
      kind: 'quota',
      why: `it may cost ${dollars(estimateNano)}; one call may cost ${dollars(perCall * nanos.microDollar)}`,
    }
  }
  if (budgetLeftNano === null || estimateNano <= budgetLeftNano) return undefined
  return {
    kind: 'quota',
    why: `it may cost ${dollars(estimateNano)}; ${dollars(Math.max(budgetLeftNano, 0))} are left of the month's budget`,
  }
}

function hindranceOf(size: Omit<Choice, 'reasons'>, question: Question): Hindrance | undefined {
  const { policy } = question
  const { model } = size
  if (policy.forbiddenProviders.includes(model.provider)) return { kind: 'forbidden', why: 'the policy forbids this provider' }
  if (policy.forbiddenModels.includes(refOf(model))) return { kind: 'forbidden', why: 'the policy forbids this model' }
  return question.hindrance(model.provider) ?? overContext(size) ?? overBudget(size, question)
}

/** Kinds in which a refusal of all is told, the most hopeful first. */
const telling: readonly FailureKind[] = ['rate_limited', 'unavailable', 'quota', 'unauthorized', 'forbidden', 'invalid']

/** The failure that says why nobody could be asked. */
export function nobody(hindered: readonly Passed[]): Failure {
  const kind = telling.find((one) => hindered.some((each) => each.kind === one)) ?? 'unavailable'
  const waits = hindered.flatMap(({ retryAfterMs }) => (retryAfterMs === undefined ? [] : [retryAfterMs]))
  const told = hindered.map(({ provider, model, why }) => `${provider}/${model}: ${why}.`).join(' ')
  const more = kind === 'rate_limited' && waits.length > 0 ? { retryAfterMs: Math.min(...waits) } : {}
  const action =
    kind === 'unauthorized'
      ? { label: 'Connect a provider of models', href: '/integrations' }
      : { label: 'Change the policy', href: '/ai' }
  return failed(kind, `No model can be asked now. ${told || 'None is named for this.'}`, { ...more, action }).failure
}

/** What was passed over, as it is told. */
export const toSkipped = (passed: readonly Passed[]): AiSkipped[] =>
  passed.map(({ provider, model, why }) => ({ provider, model, why }))

export function decide(question: Question): Decision {
  const { models, reasons } = orderOf(question)
  const choices: Choice[] = []
  const passed: Passed[] = []
  for (const model of models) {
    const size = sizeOf(model, question)
    const hindrance = hindranceOf(size, question)
    if (hindrance) passed.push({ ...hindrance, provider: model.provider, model: model.id })
    else choices.push({ ...size, reasons: [...reasons, ...ownReasons(size, question, passed.length + choices.length)] })
  }
  return { choices, passed, failure: choices.length === 0 ? nobody(passed) : undefined }
}

function ownReasons({ model, inputTokens, estimateNano }: Omit<Choice, 'reasons'>, question: Question, place: number): string[] {
  const fits =
    model.context === null
      ? 'Its context length is not known here.'
      : `${count(inputTokens)} of ${count(model.context)} tokens fit.`
  const costs = estimateNano === null ? 'What it will cost is not known before.' : `It costs ${dollars(estimateNano)} at most.`
  const trial = question.onTrial(model.provider) ? ['It failed before and is tried again with one call.'] : []
  const named = question.pinned ? [] : [place === 0 ? 'It is the first choice.' : `It is choice ${place + 1}.`]
  return [...named, fits, costs, ...trial]
}
