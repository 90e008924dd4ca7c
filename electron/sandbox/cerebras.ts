/** Cerebras' stand-in: errors without a wrapping, limits by day and by minute in its headers. */
import { type ChatError, createChatStandIn } from './chat.ts'
import type { Sandbox } from './define.ts'

const shape = ({ code, message }: ChatError) => ({ message, type: `${code}_type`, param: null, code })

export const cerebrasSandbox: Sandbox = createChatStandIn({
  provider: 'cerebras',
  apiKey: 'csk-demo8t4w_stand_in_only',
  path: '/v1',
  maxTokens: 'max_completion_tokens',
  models: [
    { id: 'gpt-oss-120b', context: 131_072 },
    { id: 'zai-glm-4.7', context: 131_072 },
  ],
  wrongKey: { status: 401, code: 'wrong_api_key', message: 'Wrong API Key' },
  noMoney: { status: 402, code: 'payment_required', message: 'Payment required' },
  shape,
  headers: {
    'x-ratelimit-remaining-requests-day': '14399',
    'x-ratelimit-reset-requests-day': '33011.38',
    'x-ratelimit-remaining-tokens-minute': '59000',
    'x-ratelimit-reset-tokens-minute': '11.38',
  },
  faults: [
    {
      id: 'tokens_used_up',
      title: 'The tokens of the minute are used up',
      effect: 'Models are listed, and the headers say that no token is left for 11 seconds.',
      answer: ({ method, path }) =>
        method === 'GET' && path === '/v1/models'
          ? {
              status: 200,
              headers: { 'x-ratelimit-remaining-tokens-minute': '0', 'x-ratelimit-reset-tokens-minute': '11.38' },
              body: { object: 'list', data: [] },
            }
          : undefined,
    },
  ],
})
