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
    'message.send': { input: { text: 'Good morning', buttons: [[{ text: 'Yes', data: 'yes' }]] } },
    // The message and the press at which the stand-in always finds something left to do.
    'message.edit': { input: { chatId: '100200300', messageId: '700700', text: 'It was approved' } },
    'press.answer': { input: { pressId: '7000000001000000001', text: 'Approved' } },
    'chat.get': { input: { chatId: '100200300' } },
  },
}
