import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Connection } from '#shared/contract/connections'
import type { Conversation } from '#shared/contract/messaging'
import type { Provider } from '#shared/contract/providers'
import { jobKinds, type ServedKind } from '#shared/job-kinds'
import { askedProvider, canSend, composeKinds, isOpen, waySentence } from './kinds.ts'
import { replyTo } from './reply.ts'

function provider(id: string, name: string, ...kinds: ServedKind[]): Provider {
  const actions = kinds.map((kind) => ({ id: kind, input: z.toJSONSchema(jobKinds[kind], { io: 'input' }) }))
  return { id, name, serves: kinds.map((kind) => ({ kind, action: kind })), actions } as unknown as Provider
}

type Told = Partial<Connection['capabilities'][number]>

function connection(provider: string, state: Connection['state'], capabilities: Told[] = []): Connection {
  return { provider, state, capabilities, failure: null } as unknown as Connection
}

const catalogue = [
  provider('microsoft', 'Microsoft 365', 'EMAIL_SEND', 'TEAMS_SEND'),
  provider('resend', 'Resend', 'EMAIL_SEND'),
  provider('telegram', 'Telegram', 'TELEGRAM_SEND'),
  provider('slack', 'Slack', 'SLACK_SEND'),
]

const connections = [
  connection('microsoft', 'limited', [
    { action: 'EMAIL_SEND', available: true },
    { action: 'TEAMS_SEND', available: false, why: 'Nobody signed in.', fix: 'Sign in.' },
  ]),
  connection('resend', 'connected', [{ action: 'EMAIL_SEND', available: true }]),
  connection('telegram', 'not_connected'),
  connection('slack', 'needs_attention', [{ action: 'SLACK_SEND', available: false, why: 'the credential was refused' }]),
]

const kinds = composeKinds(catalogue, connections, ['resend', 'microsoft'])
const kindOf = (kind: ServedKind) => {
  const found = kinds.find((one) => one.kind === kind)
  if (!found) throw new Error(`no ${kind}`)
  return found
}

test('the ways of a kind are told in the order the tenant tries them', () => {
  expect(waySentence(kindOf('EMAIL_SEND'))).toBe('Goes through Resend, else Microsoft 365.')
})

test('what cannot be sent says why and what would change it', () => {
  expect(canSend(kindOf('TEAMS_SEND'))).toBe(false)
  expect(kindOf('TEAMS_SEND').ways).toMatchObject([{ state: 'closed', why: 'Microsoft 365: Nobody signed in.', fix: 'Sign in.' }])
  expect(kindOf('TELEGRAM_SEND').ways).toMatchObject([{ state: 'closed', why: 'Telegram is not connected.' }])
})

test('a connection that was refused may be tried, since a new call may succeed', () => {
  expect(canSend(kindOf('SLACK_SEND'))).toBe(true)
  expect(isOpen(kindOf('SLACK_SEND'))).toBe(false)
  expect(kindOf('SLACK_SEND').ways).toMatchObject([{ state: 'doubtful', why: 'Slack: the credential was refused.' }])
})

test('pickers are asked from a provider that can answer', () => {
  const microsoft = connection('microsoft', 'connected', [{ action: 'EMAIL_SEND', available: true }])
  const one = composeKinds(catalogue, [microsoft], ['resend', 'microsoft'])[0]
  expect(one && askedProvider(one)).toBe('microsoft')
})

test('a service that is not in this build is not offered', () => {
  expect(composeKinds([], [], [])).toEqual([])
})

function conversation(provider: string, externalId: string, kind: Conversation['kind']): Conversation {
  return { id: '1', provider, externalId, title: externalId, kind, lastAt: null, lastText: null, isDefault: false }
}

test.each([
  [conversation('telegram', '4711', 'group'), 'TELEGRAM_SEND', { chatId: '4711' }],
  [conversation('slack', 'C01', 'channel'), 'SLACK_SEND', { channel: 'C01' }],
  [conversation('microsoft', 'team-1/19:abc', 'channel'), 'TEAMS_SEND', { teamId: 'team-1', channelId: '19:abc' }],
  [conversation('email', 'a@example.com, b@example.com', 'email'), 'EMAIL_SEND', { to: ['a@example.com', 'b@example.com'] }],
])('a conversation is answered at its own address: $provider', (opened, kind, value) => {
  const reply = replyTo(opened, kinds)
  expect(reply?.kind.kind).toBe(kind)
  expect(reply?.value).toEqual(value)
})

test('an address that fits no kind is not guessed', () => {
  expect(replyTo(conversation('microsoft', 'only-a-team', 'channel'), kinds)).toBeUndefined()
})
