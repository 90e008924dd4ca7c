/** What the contract suite tries resend with. */
import { canary, type Trial } from '../trial.ts'

const letter = { to: 'ada@example.com', subject: 'Hello', text: 'Good morning' }

export const resendTrial: Trial = {
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
}
