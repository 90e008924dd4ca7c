/** What the contract suite tries telegram with. */
import { canary, type Trial } from '../trial.ts'

export const telegramTrial: Trial = {
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
}
