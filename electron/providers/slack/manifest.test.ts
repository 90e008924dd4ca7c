import { describe, expect, it } from 'vitest'
import { AppError, type Failure } from '#shared/failure'
import type { Repeat } from '#shared/job'
import type { CallAgent } from '../../kit/call.ts'
import { callFailure, makeCall } from '../../kit/make-call.ts'
import { toProviderEntry } from '../../kit/manifest.ts'
import type { Arrival } from '../../sandbox/define.ts'
import { slackSandbox } from '../../sandbox/slack.ts'
import { slack } from './manifest.ts'

const botToken = 'xoxb-123-canary'
const atlas: CallAgent = { id: 'atlas', name: 'Atlas', email: 'atlas@deadapp.info' }

interface Seen {
  method: string
  url: string
  headers: Headers
  form: Record<string, string>
}

type Answering = (request: Request, form: Record<string, string>) => Response | Promise<Response>

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}

interface More {
  settings?: Record<string, unknown>
  agent?: CallAgent
  credential?: unknown
}

function world(answer: Answering, more: More = {}) {
  const seen: Seen[] = []
  let effects = 0
  const make = (repeat: Repeat) =>
    makeCall({
      provider: slack,
      credential: more.credential ?? { botToken },
      settings: more.settings ?? {},
      agent: more.agent,
      repeat,
      key: 'job-1',
      signal: new AbortController().signal,
      async rawFetch(request) {
        const form = Object.fromEntries(new URLSearchParams(await request.clone().text()))
        const { method, url, headers } = request
        seen.push({ method, url, headers, form })
        return answer(request, form)
      },
      now: () => 1_000_000,
      beforeEffect: async () => {
        effects += 1
      },
      remember: async () => undefined,
      replaceCredential: async () => undefined,
      patchSettings: async () => undefined,
      conversations: async () => [],
    })
  const actionOf = (id: string) => slack.actions[id] ?? failing(id)
  async function run(id: string, input: unknown): Promise<unknown> {
    const { input: schema, output, repeat, run: act } = actionOf(id)
    return output.parse(await act(schema.parse(input), make(repeat).call as never))
  }
  async function failureOf(id: string, input: unknown): Promise<Failure> {
    const { input: schema, repeat, run: act } = actionOf(id)
    const { call, exchange } = make(repeat)
    return act(schema.parse(input), call as never).then(
      (output) => expect.fail(`it was sent: ${JSON.stringify(output)}`),
      (error: unknown) => callFailure(error, exchange, repeat),
    )
  }
  const check = () => slack.check.run(make('safe').call as never)
  const choices = () => slack.pickers?.channels?.choices(make('safe').call as never, {})
  return { seen, run, failureOf, check, choices, effects: () => effects }
}

function failing(what: string): never {
  throw new Error(`no ${what}`)
}

const posted = () => json({ ok: true, channel: 'C0123456789', ts: '1712345678.000100', message: {} })
const refusal =
  (error: string, more = {}, headers = {}) =>
  () =>
    json({ ok: false, error, ...more }, 200, headers)
const message = { channel: '#general', text: 'Hello' }

describe('message.send', () => {
  it('asks exactly what the API documents', async () => {
    const { seen, run, effects } = world(posted)
    expect(await run('message.send', message)).toEqual({ channel: 'C0123456789', ts: '1712345678.000100' })
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({ method: 'POST', url: 'https://slack.com/api/chat.postMessage', form: message })
    expect(Object.keys(seen[0]?.form ?? {})).toEqual(['channel', 'text'])
    expect(seen[0]?.headers.get('authorization')).toBe(`Bearer ${botToken}`)
    expect(seen[0]?.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/)
    expect(effects()).toBe(1)
  })

  it('carries blocks and attachments as JSON text, and the thread', async () => {
    const { seen, run } = world(posted)
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'Hé & *b*' } }]
    const attachments = [{ color: '#f00', text: 'x' }]
    await run('message.send', { ...message, blocks, attachments, threadTs: '1712345678.000100' })
    const { form } = seen[0] ?? failing('request')
    expect(form).toEqual({
      ...message,
      blocks: JSON.stringify(blocks),
      attachments: JSON.stringify(attachments),
      thread_ts: '1712345678.000100',
    })
  })

  const settings = { defaultChannel: '#default', routes: { reports: '#reports', atlas: '#atlas' } }
  it.each([
    ['the channel it names', { channel: 'C1', route: 'reports' }, atlas, 'C1'],
    ['the channel of its route', { route: 'reports' }, atlas, '#reports'],
    ['the channel of its agent', {}, atlas, '#atlas'],
    ['the channel of its agent when the route leads nowhere', { route: 'none' }, atlas, '#atlas'],
    ['the default channel', { route: 'toString' }, { ...atlas, id: 'other' }, '#default'],
  ])('goes to %s', async (_case, to, agent, channel) => {
    const { seen, run } = world(posted, { settings, agent })
    await run('message.send', { ...to, text: 'Hello' })
    expect(seen[0]?.form.channel).toBe(channel)
  })

  it('refuses before sending when nothing leads to a channel', async () => {
    const { seen, failureOf } = world(posted)
    const failure = await failureOf('message.send', { text: 'Hello' })
    expect(failure).toMatchObject({ kind: 'invalid', action: { href: '/integrations/slack' } })
    expect(seen).toHaveLength(0)
  })

  it('uses the name of the agent only when it was switched on', async () => {
    const off = world(posted, { agent: atlas })
    await off.run('message.send', message)
    expect(off.seen[0]?.form).not.toHaveProperty('username')
    const on = world(posted, { agent: atlas, settings: { agentNames: true } })
    await on.run('message.send', message)
    expect(on.seen[0]?.form.username).toBe('Atlas')
  })

  it('holds one bucket per channel, however the channel is spelt', () => {
    const buckets = slack.actions['message.send']?.buckets
    expect(buckets?.({ channel: '#General', text: 'x' }, {})).toEqual(['workspace', 'channel:general'])
    expect(buckets?.({ channel: 'general', text: 'x' }, {})).toEqual(['workspace', 'channel:general'])
    expect(buckets?.({ route: 'r', text: 'x' }, { routes: { r: 'C0123456789' } })).toEqual(['workspace', 'channel:C0123456789'])
    expect(buckets?.({ text: 'x' }, {})).toEqual(['workspace', 'channel:none'])
  })

  it.each([
    ['not_in_channel', 'forbidden'],
    ['channel_not_found', 'not_found'],
    ['is_archived', 'rejected'],
    ['missing_scope', 'forbidden'],
    ['invalid_auth', 'unauthorized'],
    ['not_authed', 'unauthorized'],
    ['token_revoked', 'unauthorized'],
    ['token_expired', 'unauthorized'],
    ['account_inactive', 'unauthorized'],
    ['ratelimited', 'rate_limited'],
    ['rate_limited', 'rate_limited'],
    ['msg_too_long', 'rejected'],
    ['msg_blocks_too_long', 'rejected'],
    ['invalid_blocks', 'rejected'],
    ['no_text', 'rejected'],
    ['restricted_action', 'forbidden'],
    ['fatal_error', 'unknown'],
    ['internal_error', 'unknown'],
    ['something_new', 'rejected'],
    ['constructor', 'rejected'],
  ])('reads %s as %s', async (error, kind) => {
    const failure = await world(refusal(error)).failureOf('message.send', message)
    expect(failure).toMatchObject({ kind, code: error })
  })

  it('says which scope is missing and how to add it', async () => {
    const failure = await world(refusal('missing_scope', { needed: 'chat:write' })).failureOf('message.send', message)
    expect(failure.message).toContain('chat:write')
    expect(failure.action?.steps?.join()).toContain('chat:write')
  })

  it('passes on what Slack says about blocks', async () => {
    const metadata = { response_metadata: { messages: ['[ERROR] missing required field: type'] } }
    const failure = await world(refusal('invalid_blocks', metadata)).failureOf('message.send', message)
    expect(failure.message).toContain('missing required field: type')
  })

  it('waits as long as Slack says, once per attempt', async () => {
    const { seen, failureOf } = world(() => json({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': '7' }))
    expect(await failureOf('message.send', message)).toMatchObject({ kind: 'rate_limited', retryAfterMs: 7_000 })
    expect(seen).toHaveLength(1)
    const polite = world(refusal('ratelimited', {}, { 'retry-after': '3' }))
    expect(await polite.failureOf('message.send', message)).toMatchObject({ kind: 'rate_limited', retryAfterMs: 3_000 })
  })

  it.each([
    ['HTTP 500', () => json({ ok: false, error: 'internal_error' }, 500)],
    ['a page instead of JSON', () => new Response('<html>', { status: 200 })],
    ['an answer without the message', () => json({ ok: true })],
    [
      'a cut connection',
      () => Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) })),
    ],
  ])('never claims to know after %s', async (_case, answer) => {
    const { seen, failureOf } = world(answer)
    expect(await failureOf('message.send', message)).toMatchObject({ kind: 'unknown' })
    expect(seen).toHaveLength(1)
  })

  it('keeps the token out of every failure', async () => {
    const failures = ['invalid_auth', 'fatal_error', 'x'].map((error) => world(refusal(error)).failureOf('message.send', message))
    expect(JSON.stringify(await Promise.all(failures))).not.toContain(botToken)
  })
})

describe('message.permalink', () => {
  it('asks without effect', async () => {
    const { seen, run, effects } = world(() => json({ ok: true, permalink: 'https://x.slack.com/archives/C1/p1' }))
    expect(await run('message.permalink', { channel: 'C1', ts: '1.2' })).toEqual({
      permalink: 'https://x.slack.com/archives/C1/p1',
    })
    expect(seen[0]).toMatchObject({ url: 'https://slack.com/api/chat.getPermalink', form: { channel: 'C1', message_ts: '1.2' } })
    expect(effects()).toBe(0)
  })

  it('is tried again when Slack fails', async () => {
    const failure = await world(refusal('internal_error')).failureOf('message.permalink', { channel: 'C1', ts: '1.2' })
    expect(failure).toMatchObject({ kind: 'unavailable' })
  })
})

describe('channels.list', () => {
  const channel = (id: string, more = {}) => ({ id, name: id.toLowerCase(), is_private: false, is_member: true, ...more })
  const page = (id: string, next: string) => json({ ok: true, channels: [channel(id)], response_metadata: { next_cursor: next } })

  it('follows the cursor to the end', async () => {
    const { seen, run } = world((_request, { cursor = '' }) => page(`C${cursor}`, cursor === '' ? 'a' : ''))
    const output = await run('channels.list', {})
    expect(output).toMatchObject({ channels: [{ id: 'C' }, { id: 'Ca' }], truncated: false })
    expect(seen.map(({ form }) => form)).toEqual([
      { types: 'public_channel,private_channel', limit: '200', exclude_archived: 'true' },
      { types: 'public_channel,private_channel', limit: '200', exclude_archived: 'true', cursor: 'a' },
    ])
  })

  it('stops after ten pages and says that there are more', async () => {
    const { seen, run } = world((_request, { cursor = '0' }) => page(`C${cursor}`, `${Number(cursor) + 1}`))
    expect(await run('channels.list', {})).toMatchObject({ truncated: true })
    expect(seen).toHaveLength(10)
  })

  it('gives up a list that runs in a circle', async () => {
    const { seen, failureOf } = world(() => page('C1', 'same'))
    expect(await failureOf('channels.list', {})).toMatchObject({ kind: 'unexpected' })
    expect(seen).toHaveLength(2)
  })

  it('lists public channels where private ones may not be read', async () => {
    const { run } = world((_request, { types = '' }) =>
      types.includes('private') ? json({ ok: false, error: 'missing_scope', needed: 'groups:read' }) : page('C1', ''),
    )
    expect(await run('channels.list', {})).toMatchObject({ channels: [{ id: 'C1' }] })
  })

  it('offers as choices what the bot can post to, and says why not', async () => {
    const channels = [channel('C1'), channel('C2', { is_member: false }), channel('C3', { is_private: true, is_member: false })]
    expect(await world(() => json({ ok: true, channels })).choices()).toEqual([
      { value: 'C1', label: '#c1' },
      { value: 'C2', label: '#c2', hint: 'the bot is not in it: /invite @bot' },
      { value: 'C3', label: '#c3', hint: 'private', disabled: 'invite the bot: /invite @bot' },
    ])
  })
})

describe('check', () => {
  const identity = { ok: true, team: 'Acme', team_id: 'T1', user: 'atlas', user_id: 'U1' }

  it('names the workspace and the scopes of the token', async () => {
    const { seen, check } = world(() => json(identity, 200, { 'x-oauth-scopes': 'chat:write, channels:read' }))
    expect(await check()).toEqual({
      account: { id: 'T1', name: 'Acme', detail: '@atlas' },
      scopes: ['chat:write', 'channels:read'],
      unavailable: {},
    })
    expect(seen[0]).toMatchObject({ url: 'https://slack.com/api/auth.test', form: {} })
  })

  it('says which actions the scopes do not allow', async () => {
    const result = await world(() => json(identity, 200, { 'x-oauth-scopes': 'users:read' })).check()
    expect(result.unavailable).toMatchObject({
      'message.send': { why: 'the token lacks the scope chat:write' },
      'channels.list': { why: 'the token lacks the scope channels:read' },
    })
    const named = world(() => json(identity, 200, { 'x-oauth-scopes': 'chat:write' }), { settings: { agentNames: true } })
    expect((await named.check()).unavailable).toMatchObject({
      'message.send': { why: 'the token lacks the scope chat:write.customize' },
    })
  })

  it('claims nothing about scopes that it was not told', async () => {
    expect(await world(() => json(identity)).check()).toEqual({ account: { id: 'T1', name: 'Acme', detail: '@atlas' } })
  })

  it('refuses a revoked token', async () => {
    const check = world(refusal('token_revoked')).check()
    await expect(check).rejects.toThrow(AppError)
    await expect(check).rejects.toMatchObject({ failure: { kind: 'unauthorized', code: 'token_revoked' } })
  })
})

it('projects to the catalogue', () => {
  const entry = toProviderEntry(slack)
  expect(entry.serves).toEqual([{ kind: 'SLACK_SEND', action: 'message.send' }])
  expect(entry.credential).toMatchObject({ properties: { botToken: { secret: true, env: 'SLACK_BOT_TOKEN' } } })
})

const unread = { rawBody: '', bytes: new Uint8Array() }

describe('against the stand-in', () => {
  function standIn() {
    const arrivals: Arrival[] = []
    const context = {
      url: 'http://127.0.0.1:9',
      deliver: (arrival: Arrival) => arrivals.push(arrival),
      recall: () => undefined,
      keep: () => undefined,
      setButtons: () => undefined,
      written: () => [],
      waitForWriting: async () => undefined,
      now: () => 1_712_345_678_000,
    }
    async function answer(request: Request, form: Record<string, string>): Promise<Response> {
      const { pathname: path, searchParams: query } = new URL(request.url)
      const asked = { ...unread, method: request.method, path, query, headers: request.headers, body: form }
      const { status, body, headers } = await slackSandbox.handle(asked, context)
      return json(body, status, headers)
    }
    return { arrivals, answer }
  }

  const demo = { credential: slackSandbox.demoCredential, settings: slackSandbox.demoSettings }

  it('delivers to the default channel and into a thread', async () => {
    const { arrivals, answer } = standIn()
    const { run } = world(answer, demo)
    const first = (await run('message.send', { text: 'Hello' })) as { ts: string }
    expect(first).toEqual({ channel: 'C0DEMOGENR', ts: '1712345678.000001' })
    await run('message.send', { channel: 'agents', text: 'Again', threadTs: first.ts })
    expect(arrivals).toEqual([
      { title: 'Message in #general', to: '#general', text: 'Hello' },
      { title: 'Reply in #agents', to: '#agents', text: 'Again' },
    ])
  })

  it.each([
    [{ channel: '#alerts', text: 'x' }, 'not_in_channel'],
    [{ channel: '#old-launch', text: 'x' }, 'is_archived'],
    [{ channel: '#nowhere', text: 'x' }, 'channel_not_found'],
    [{ text: 'x', blocks: [{ text: 'no type' }] }, 'invalid_blocks'],
  ])('refuses %j with %s', async (input, code) => {
    const { arrivals, answer } = standIn()
    expect(await world(answer, demo).failureOf('message.send', input)).toMatchObject({ code })
    expect(arrivals).toEqual([])
  })

  it('refuses a wrong token, and checks with the demo one', async () => {
    const { answer } = standIn()
    expect(await world(answer).failureOf('message.send', message)).toMatchObject({ kind: 'unauthorized' })
    expect(await world(answer, demo).check()).toMatchObject({ account: { name: 'Atlas Demo' }, unavailable: {} })
  })

  it('lists its channels', async () => {
    const choices = await world(standIn().answer, demo).choices()
    expect(choices?.map(({ label }) => label)).toEqual(['#general', '#agents', '#alerts', '#leadership'])
  })

  it('words its refusals so that they are understood', async () => {
    const failures = [401, 403, 429, 500, 503].map((status) => {
      const { body, status: told = status } = slackSandbox.errorBody(status, 'as asked')
      return world(() => json(body, told)).failureOf('message.send', message)
    })
    const kinds = (await Promise.all(failures)).map(({ kind }) => kind)
    expect(kinds).toEqual(['unauthorized', 'forbidden', 'rate_limited', 'unknown', 'unknown'])
  })

  it.each([
    ['not_in_channel', 'forbidden'],
    ['token_revoked', 'unauthorized'],
    ['missing_scope', 'forbidden'],
  ])('fault %s reads as %s', async (id, kind) => {
    const path = '/api/chat.postMessage'
    const asked = { ...unread, method: 'POST', path, query: new URLSearchParams(), headers: new Headers(), body: {} }
    const answer = slackSandbox.faults?.find((one) => one.id === id)?.answer(asked) ?? failing(id)
    expect(await world(() => json(answer.body, answer.status)).failureOf('message.send', message)).toMatchObject({ kind })
  })
})
