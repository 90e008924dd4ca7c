/** What the contract suite tries each provider with: an order its stand-in takes, and a credential it does not. */
import type { catalog } from '../../electron/providers/catalog.ts'
import type { SandboxResponse } from '../../electron/sandbox/define.ts'

/** Part of every wrong credential; must be told nowhere. */
export const canary = 'canary0123456789abcdef'

export interface Sample {
  input: Record<string, unknown>
  /** Set where the provider's documented answer has nothing to read, so that a broken one cannot matter. */
  answerUnread?: true
}

export interface Trial {
  /** Well-formed, and accepted nowhere. */
  wrongCredential: Record<string, unknown>
  /** How the provider names a time to wait otherwise than by `Retry-After`. */
  ownRetry?: { answer: SandboxResponse; waitMs: number }
  actions: Readonly<Record<string, Sample>>
}

const letter = { to: 'ada@example.com', subject: 'Hello', text: 'Good morning' }
const team = '0d0e0a00-0000-4000-8000-00000000ea01'
const channel = '19:demogeneral@thread.tacv2'

export const trials: Readonly<Record<keyof typeof catalog, Trial>> = {
  microsoft: {
    wrongCredential: {
      tenantId: '0d0e0a00-0000-4000-8000-00000000d3e0',
      clientId: '0d0e0a00-0000-4000-8000-00000000c11e',
      clientSecret: `secret-${canary}`,
      accessToken: `token-${canary}`,
    },
    actions: {
      'mail.send': { input: letter, answerUnread: true },
      'teams.message.send': { input: { teamId: team, channelId: channel, text: 'Good morning' } },
      'teams.list': { input: {} },
      'teams.channels.list': { input: { teamId: team } },
    },
  },
  resend: {
    wrongCredential: { apiKey: `re_${canary}` },
    ownRetry: {
      answer: {
        status: 429,
        headers: { 'ratelimit-limit': '5', 'ratelimit-remaining': '0', 'ratelimit-reset': '9' },
        body: { statusCode: 429, name: 'rate_limit_exceeded', message: 'Too many requests.' },
      },
      waitMs: 9_000,
    },
    actions: {
      'mail.send': { input: letter },
      'mail.batch': { input: { emails: [letter, { ...letter, to: 'grace@example.com' }] } },
    },
  },
  slack: {
    wrongCredential: { botToken: `xoxb-${canary}` },
    actions: {
      'message.send': { input: { channel: '#general', text: 'Good morning' } },
      'message.permalink': { input: { channel: 'C0DEMOGENR', ts: '1700000000.000100' } },
      'channels.list': { input: {} },
    },
  },
  telegram: {
    wrongCredential: { botToken: `123456789:${canary}` },
    ownRetry: {
      answer: {
        status: 429,
        body: {
          ok: false,
          error_code: 429,
          description: 'Too Many Requests: retry after 9',
          parameters: { retry_after: 9 },
        },
      },
      waitMs: 9_000,
    },
    actions: {
      'message.send': { input: { text: 'Good morning' } },
      'chat.get': { input: { chatId: '100200300' } },
    },
  },
}
