import { describe, expect, test } from 'vitest'
import { findModel, nanos } from '#shared/ai/models'
import { type AiPolicy, defaultPolicy } from '#shared/ai/policy'
import { decide, type Hindrance, type Question } from './decide.ts'

function ask(part: Partial<Question> & { policyPart?: Partial<AiPolicy>; down?: Record<string, Hindrance> } = {}) {
  const { policyPart, down = {}, ...question } = part
  return decide({
    task: 'chat',
    latency: 'normal',
    counted: 1_000,
    maxTokens: undefined,
    pinned: undefined,
    policy: { ...defaultPolicy, ...policyPart },
    hindrance: (provider) => down[provider],
    onTrial: () => false,
    budgetLeftNano: null,
    ...question,
  })
}

const refs = ({ choices }: ReturnType<typeof ask>) => choices.map(({ model }) => `${model.provider}/${model.id}`)
const first = (decision: ReturnType<typeof ask>) => refs(decision)[0]

describe('who comes first', () => {
  test.each([
    ['everyday text', {}, 'openai/gpt-5.4-mini'],
    ['reasoning', { task: 'reasoning' }, 'openai/gpt-5.4'],
    ['a long summary', { task: 'summary_long' }, 'gemini/gemini-3.5-flash'],
    ['long text of any task', { task: 'translation', counted: 250_000 }, 'gemini/gemini-3.5-flash'],
    ['haste', { latency: 'fast' as const }, 'cerebras/gpt-oss-120b'],
    [
      'haste, where the task has no fast model of its own',
      { task: 'reasoning', latency: 'fast' as const },
      'cerebras/gpt-oss-120b',
    ],
    ['haste with text too long for the fast ones', { latency: 'fast' as const, counted: 120_000 }, 'openai/gpt-5.4-mini'],
    ['no haste at all', { latency: 'batch' as const }, 'deepseek/deepseek-v4-flash'],
    ['a task nobody knows', { task: 'poetry' }, 'openai/gpt-5.4-mini'],
  ])('%s', (_name, part, expected) => {
    expect(first(ask(part))).toBe(expected)
  })

  test('an order of the policy, without what it forbids', () => {
    const orders = { ...defaultPolicy.orders, chat: ['gemini/gemini-2.5-pro', 'openai/gpt-4.1', 'deepseek/deepseek-v4-pro'] }
    expect(refs(ask({ policyPart: { orders } }))).toEqual(orders.chat)
    const forbidden = { orders, forbiddenProviders: ['gemini' as const], forbiddenModels: ['openai/gpt-4.1'] }
    expect(refs(ask({ policyPart: forbidden }))).toEqual(['deepseek/deepseek-v4-pro'])
  })

  test('a pinned model alone, also one that the table does not know', () => {
    expect(refs(ask({ pinned: findModel('gpt-4o-mini') }))).toEqual(['openai/gpt-4o-mini'])
    expect(refs(ask({ pinned: findModel('anthropic/claude-x') }))).toEqual(['openrouter/anthropic/claude-x'])
  })
})

describe('who is passed over', () => {
  test('whoever is held or down, with why, and the reasons are told in words', () => {
    const decision = ask({ down: { openai: { kind: 'rate_limited', why: 'it is held for 9 s: too many', retryAfterMs: 9_000 } } })
    expect(first(decision)).toBe('deepseek/deepseek-v4-flash')
    expect(decision.passed).toMatchObject([{ provider: 'openai', why: 'it is held for 9 s: too many' }])
    expect(decision.choices[0]?.reasons).toContain('It is choice 2.')
  })

  test('models that the order does not fit, answer included; others count more tokens than we do', () => {
    const fits = (counted: number) => ask({ pinned: findModel('cerebras/gpt-oss-120b'), counted, maxTokens: 1_072 })
    // 130,000 tokens are left for the input, and a stranger's tokenizer may count 1.35 times as many.
    expect(fits(96_296).choices).toHaveLength(1)
    expect(fits(96_297).choices).toHaveLength(0)
    expect(fits(96_297).failure).toMatchObject({ kind: 'invalid', message: expect.stringContaining('it takes 131,072 tokens') })
  })

  test('what one call may not cost, and what the month does not cover, to the nano-dollar', () => {
    const pinned = findModel('gpt-5.4-mini')
    const costs = 1_000 * 750 + 4_096 * 4_500
    expect(ask({ pinned, budgetLeftNano: costs }).choices[0]?.estimateNano).toBe(costs)
    expect(ask({ pinned, budgetLeftNano: costs - 1 }).failure?.kind).toBe('quota')
    expect(ask({ pinned, policyPart: { maxCallMicroDollars: costs / nanos.microDollar - 1 } }).failure?.kind).toBe('quota')
    expect(ask({ pinned, policyPart: { maxCallMicroDollars: costs / nanos.microDollar } }).failure).toBeUndefined()
  })

  test('a model of unknown price, where spending is limited, and only there', () => {
    const pinned = findModel('openrouter/openrouter/auto')
    expect(ask({ pinned }).choices[0]?.estimateNano).toBeNull()
    expect(ask({ pinned, budgetLeftNano: 1e15 }).failure).toMatchObject({ kind: 'quota' })
  })

  test('where all are, whoever recovers by itself is what is told', () => {
    const gone: Hindrance = { kind: 'unauthorized', why: 'it is not connected' }
    const down = { openai: gone, deepseek: gone, gemini: gone, openrouter: gone, cerebras: gone }
    expect(ask({ down }).failure).toMatchObject({ kind: 'unauthorized', action: { href: '/integrations' } })
    const held: Hindrance = { kind: 'rate_limited', why: 'held', retryAfterMs: 4_000 }
    expect(ask({ down: { ...down, gemini: held } }).failure).toMatchObject({ kind: 'rate_limited', retryAfterMs: 4_000 })
  })
})
