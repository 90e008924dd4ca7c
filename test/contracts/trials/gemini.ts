/** What the contract suite tries gemini with. */
import { chatTrial } from '../chat-trial.ts'

export const geminiTrial = chatTrial('gemini-3.5-flash', {
  answer: {
    status: 429,
    body: [
      {
        error: {
          code: 429,
          message: 'Resource has been exhausted',
          status: 'RESOURCE_EXHAUSTED',
          details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '9s' }],
        },
      },
    ],
  },
  waitMs: 9_000,
})
