import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ChatAnswer, ChatEvent, ChatRequest } from '#shared/ai/chat'
import { AppError, type Failure } from '#shared/failure'
import type { AnyProvider } from '../kit/define.ts'
import { makeCall } from '../kit/make-call.ts'
import { catalog } from '../providers/catalog.ts'
import { sandboxes } from './catalog.ts'
import { createLedger } from './ledger.ts'
import { createSandboxServer } from './server.ts'

type RoomId = 'openai' | 'deepseek' | 'openrouter' | 'cerebras' | 'gemini'

const models: Readonly<Record<RoomId, string>> = {
  openai: 'gpt-5.4-mini',
  deepseek: 'deepseek-v4-flash',
  openrouter: 'openrouter/auto',
  cerebras: 'gpt-oss-120b',
  gemini: 'gemini-3.5-flash',
}
const rooms = Object.entries(models).map(([id, model]) => ({ id: id as RoomId, model }))

const ledger = createLedger(':memory:')
const server = createSandboxServer({ ledger, sandboxes: Object.values(sandboxes), now: Date.now })
let base = ''
beforeAll(async () => {
  base = (await server.start()).url
})
afterAll(async () => {
  await server.stop()
  ledger.close()
})

interface Asked {
  events: ChatEvent[]
  failure?: Failure
  sent: { url: string; headers: Headers; body: Record<string, unknown> }[]
}

/** Asks a room; without an answer of our own, its stand-in answers. */
async function ask(id: RoomId, request: Partial<ChatRequest>, answer?: Response, signal?: AbortSignal): Promise<Asked> {
  const provider: AnyProvider = catalog[id]
  const asked: Asked = { events: [], sent: [] }
  const { call } = makeCall({
    provider,
    credential: sandboxes[id].demoCredential,
    settings: {},
    endpoint: `${base}/${id}`,
    repeat: 'safe',
    key: 'key',
    signal: signal ?? new AbortController().signal,
    rawFetch: async (raw) => {
      asked.sent.push({ url: raw.url, headers: raw.headers, body: (await raw.clone().json()) as Record<string, unknown> })
      return answer ?? fetch(raw)
    },
    now: Date.now,
    beforeEffect: async () => undefined,
    remember: async () => undefined,
    replaceCredential: async () => undefined,
    patchSettings: async () => undefined,
    conversations: async () => [],
  })
  const whole: ChatRequest = { model: models[id], messages: [{ role: 'user', content: 'say: Good morning to you' }], ...request }
  try {
    for await (const event of provider.chat?.(whole, call) ?? []) asked.events.push(event)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    asked.failure = error.failure
  }
  return asked
}

async function under(id: RoomId, fault: string): Promise<Asked> {
  server.faults.set(id, fault, true)
  try {
    return await ask(id, {})
  } finally {
    server.faults.set(id, fault, false)
  }
}

const textOf = ({ events }: Asked) => events.map((event) => (event.type === 'text' ? event.text : '')).join('')
const answerOf = ({ events }: Asked) => events.flatMap((event) => (event.type === 'end' ? [event.answer] : []))[0]

const scriptedRun = `Find out what it costs.
script:
think I look first then call look_up {"what":"a && b"}
call look_up {"what":"more"} && call note {"text":"call me then"} && call look_up
say Twelve.\\nTold.

say This is no part of it.`

/** A whole run as an agent leads it: every tool that is asked for answers, until one answer more than the script has. */
async function run(id: RoomId) {
  const tools = ['look_up', 'note'].map((name) => ({ name, parameters: { type: 'object' } }))
  const messages: ChatRequest['messages'] = [
    { role: 'system', content: 'You work for a shop.' },
    { role: 'user', content: scriptedRun },
  ]
  const answers: ChatAnswer[] = []
  let last: Asked['sent'][number]['body'] | undefined
  for (let turn = 0; turn < 4; turn += 1) {
    const asked = await ask(id, { tools, messages })
    const answer = answerOf(asked)
    if (!answer) throw new Error(asked.failure?.message)
    answers.push(answer)
    last = asked.sent[0]?.body
    const { text, toolCalls } = answer
    messages.push({ role: 'assistant', content: text, ...(toolCalls.length > 0 ? { toolCalls } : {}) })
    for (const call of toolCalls) messages.push({ role: 'tool', toolCallId: call.id, content: `${call.name} did it` })
  }
  return { answers, last }
}

const stream = (...lines: string[]) =>
  new Response(lines.map((line) => `${line}\n\n`).join(''), { headers: { 'content-type': 'text/event-stream' } })
const chunk = (delta: unknown, finish: string | null = null) =>
  `data: ${JSON.stringify({ model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}`

describe.each(rooms)('$id', ({ id, model }) => {
  test('its words come in pieces, then the whole answer with its tokens', async () => {
    const asked = await ask(id, {})
    expect(asked.failure).toBeUndefined()
    expect(asked.events.filter(({ type }) => type === 'text').length).toBeGreaterThan(2)
    expect(textOf(asked)).toBe('Good morning to you')
    expect(answerOf(asked)).toMatchObject({ model, text: 'Good morning to you', finish: 'stop', usage: { outputTokens: 5 } })
  })

  test('it sends what the provider documents, and nothing of the environment', async () => {
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-planted: from outside')
    vi.stubEnv('OPENAI_BASE_URL', 'https://elsewhere.example')
    vi.stubEnv('OPENAI_ORG_ID', 'org-outside')
    const { sent } = await ask(id, { maxTokens: 50, json: true })
    vi.unstubAllEnvs()
    expect(sent).toHaveLength(1)
    const bound = id === 'openai' || id === 'cerebras' ? 'max_completion_tokens' : 'max_tokens'
    expect(sent[0]?.body).toEqual({
      model,
      messages: [{ role: 'user', content: 'say: Good morning to you' }],
      [bound]: 50,
      response_format: { type: 'json_object' },
      stream: true,
      stream_options: { include_usage: true },
    })
    expect(sent[0]?.url.startsWith(`${base}/${id}/`)).toBe(true)
    expect([...(sent[0]?.headers.keys() ?? [])].sort()).toEqual(['accept', 'authorization', 'content-type', 'user-agent'])
  })

  test('a tool it asks for arrives whole, and the answer of the tool is understood', async () => {
    const tools = [{ name: 'look_up', parameters: { type: 'object' } }]
    const first = await ask(id, { tools, messages: [{ role: 'user', content: 'call tool look_up {"what":"prices"}' }] })
    const calls = answerOf(first)?.toolCalls ?? []
    expect(calls).toEqual([{ id: 'call_look_up', name: 'look_up', arguments: '{"what":"prices"}' }])
    const second = await ask(id, {
      tools,
      messages: [
        { role: 'user', content: 'prices?' },
        { role: 'assistant', content: null, toolCalls: calls },
        { role: 'tool', toolCallId: 'call_look_up', content: 'twelve' },
      ],
    })
    expect(textOf(second)).toBe('The tool answered: twelve')
  })

  test('a script leads a whole run, each answer by what was said before', async () => {
    const { answers, last } = await run(id)
    expect(
      answers.map(({ text, finish, toolCalls }) => [text, finish, toolCalls.map((call) => [call.name, call.arguments])]),
    ).toEqual([
      ['I look first', 'tool_calls', [['look_up', '{"what":"a && b"}']]],
      [
        '',
        'tool_calls',
        [
          ['look_up', '{"what":"more"}'],
          ['note', '{"text":"call me then"}'],
          ['look_up', '{}'],
        ],
      ],
      ['Twelve.\nTold.', 'stop', []],
      ['Done.', 'stop', []],
    ])
    const ids = answers.flatMap(({ toolCalls }) => toolCalls.map((call) => call.id))
    expect(new Set(ids).size).toBe(4)
    expect(answers.every(({ usage }) => (usage?.outputTokens ?? 0) > 0 && (usage?.inputTokens ?? 0) > 0)).toBe(true)
    const read = ledger.requests(id).at(-1)?.body as { messages: unknown[] }
    expect(read.messages).toEqual(last?.messages)
  })

  test('a call of a tool that nobody answered is refused, and so is an answer nobody asked for', async () => {
    const toolCalls = [{ id: 'call_1', name: 'look_up', arguments: '{}' }]
    const left = await ask(id, {
      messages: [
        { role: 'assistant', toolCalls },
        { role: 'user', content: 'Well?' },
      ],
    })
    expect(left.failure?.kind).toBe('rejected')
    const unasked = await ask(id, { messages: [{ role: 'tool', toolCallId: 'call_1', content: 'twelve' }] })
    expect(unasked.failure?.kind).toBe('rejected')
  })

  test('an account without credit is a matter of money, and of no waiting', async () => {
    const { failure } = await under(id, 'no_money')
    // Google tells a missing billing account as a precondition, not as a balance.
    expect(failure?.kind).toBe(id === 'gemini' ? 'forbidden' : 'quota')
    expect(failure?.action?.href).toMatch(/^https:/)
  })

  test('messages that are too long are told with both numbers', async () => {
    const { failure } = await under(id, 'too_long')
    expect(failure).toMatchObject({ kind: 'invalid' })
    expect(failure?.message).toContain('takes 128,000 tokens; this came to 131,072')
  })

  test('an answer that breaks off is no answer', async () => {
    const asked = await under(id, 'breaks_in_stream')
    expect(textOf(asked)).toBe('This answer breaks')
    expect(answerOf(asked)).toBeUndefined()
    expect(asked.failure?.kind).toBe('unavailable')
  })

  test('a withheld answer is rejected', async () => {
    const { failure } = await ask(id, { messages: [{ role: 'user', content: 'refuse this' }] })
    expect(failure?.kind).toBe('rejected')
  })

  test('stopping ends it at once', async () => {
    const stop = new AbortController()
    const asking = ask(
      id,
      { messages: [{ role: 'user', content: `say: slowly ${'word '.repeat(400)}` }] },
      undefined,
      stop.signal,
    )
    setTimeout(() => stop.abort(), 50)
    expect((await asking).failure?.kind).toBe('cancelled')
  })
})

test('signs of life between the events are passed over', async () => {
  const asked = await ask(
    'deepseek',
    {},
    stream(': keep-alive', '', '\n', chunk({ content: 'A' }), ': keep-alive', chunk({ content: 'B' }, 'stop'), 'data: [DONE]'),
  )
  expect(textOf(asked)).toBe('AB')
  expect(asked.failure).toBeUndefined()
})

test('an error inside a 200 is judged by its own code', async () => {
  expect((await under('openrouter', 'error_in_200')).failure).toMatchObject({ kind: 'unavailable' })
  const money = stream(
    chunk({ content: 'A' }),
    `data: ${JSON.stringify({ error: { code: 402, message: 'Insufficient credits' } })}`,
  )
  expect((await ask('openrouter', {}, money)).failure).toMatchObject({ kind: 'quota' })
  const plain = Response.json({ error: { code: 429, message: 'Slow down' } })
  expect((await ask('openrouter', {}, plain)).failure).toMatchObject({ kind: 'rate_limited' })
})

test('the limit of a key and the money of an account are told apart', async () => {
  expect((await under('openrouter', 'key_limit')).failure).toMatchObject({ kind: 'quota', code: 'openrouter_key_limit' })
})

test('the quota of a minute is waited for, that of a day is not', async () => {
  expect((await under('gemini', 'minute_quota')).failure).toMatchObject({ kind: 'rate_limited', retryAfterMs: 35_000 })
  expect((await under('gemini', 'day_quota')).failure).toMatchObject({ kind: 'quota' })
})

test('what the provider says it charged is kept to the billionth of a dollar', async () => {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, cost: 0.00014 }
  const asked = await ask(
    'openrouter',
    {},
    stream(chunk({ content: 'A' }, 'stop'), `data: ${JSON.stringify({ choices: [], usage })}`),
  )
  expect(answerOf(asked)).toMatchObject({ costNano: 140_000, usage: { inputTokens: 10, outputTokens: 5, cachedTokens: 0 } })
})

test('thinking that only the total counts is counted as written', async () => {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 215, prompt_tokens_details: { cached_tokens: 4 } }
  const asked = await ask(
    'gemini',
    {},
    stream(chunk({ content: 'A' }, 'stop'), `data: ${JSON.stringify({ choices: [], usage })}`),
  )
  expect(answerOf(asked)?.usage).toEqual({ inputTokens: 10, outputTokens: 205, cachedTokens: 4 })
})

async function plainly(body: Record<string, unknown>) {
  const answer = await fetch(`${base}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandboxes.openai.demoCredential.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: models.openai, ...body }),
  })
  return answer.text()
}

const tools = [{ type: 'function', function: { name: 'look_up', parameters: {} } }]
const user = (content: unknown) => [{ role: 'user', content }]

test('calls come in pieces that only their index tells apart, or whole where nothing is streamed', async () => {
  const script = 'script:\ncall look_up {"what":"this"} && call look_up {"what":"that"}'
  const order = { tools, messages: user([{ type: 'text', text: script }]) }
  const pieces = (await plainly({ ...order, stream: true }))
    .split('\n\n')
    .filter((line) => line.includes('tool_calls":'))
    .map((line) => JSON.parse(line.slice(6)).choices[0].delta.tool_calls[0])
  const second = pieces.filter(({ index }) => index === 1)
  expect(second.length).toBeGreaterThan(2)
  expect(second.map((piece) => 'id' in piece)).toEqual(second.map((_piece, at) => at === 0))
  expect(second.map((piece) => piece.function.arguments).join('')).toBe('{"what":"that"}')
  const whole = JSON.parse(await plainly(order))
  expect(whole.choices[0].finish_reason).toBe('tool_calls')
  expect(whole.choices[0].message.tool_calls.map((call: { function: unknown }) => call.function)).toEqual([
    { name: 'look_up', arguments: '{"what":"this"}' },
    { name: 'look_up', arguments: '{"what":"that"}' },
  ])
})

test('without tools, or told to call none, a script calls none', async () => {
  const order = { messages: user('script:\ncall look_up {}') }
  for (const more of [{}, { tools, tool_choice: 'none' }]) {
    const { finish_reason: finish, message } = JSON.parse(await plainly({ ...order, ...more })).choices[0]
    expect([finish, message]).toEqual(['stop', { role: 'assistant', content: 'call look_up {}' }])
  }
})

test('what a model was told can be read afterwards as it came, refused requests too', async () => {
  await plainly({ messages: user('a canary in the mine'), odd: true })
  server.faults.set('openai', 'unavailable', true)
  await plainly({ messages: user('a second canary') })
  server.faults.set('openai', 'unavailable', false)
  const { items } = JSON.parse(await (await fetch(`${base}/_control/requests?provider=openai`)).text())
  const told = JSON.stringify(items.slice(-2))
  expect(told).toContain('a canary in the mine')
  expect(told).toContain('a second canary')
  expect(ledger.inbox()).toEqual([])
})
