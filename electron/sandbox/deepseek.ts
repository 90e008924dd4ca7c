/** DeepSeek's stand-in: signs of life between the events, a balance, 402 without one. */
import { type ChatError, createChatStandIn } from './chat.ts'
import type { Sandbox } from './define.ts'

const shape = ({ status, code, message }: ChatError) => ({
  error: { message, type: status === 401 ? 'authentication_error' : code, param: null, code: 'invalid_request_error' },
})

const balance = (available: boolean, total: string) => ({
  status: 200,
  body: {
    is_available: available,
    balance_infos: [{ currency: 'USD', total_balance: total, granted_balance: '0.00', topped_up_balance: total }],
  },
})

export const deepseekSandbox: Sandbox = createChatStandIn({
  provider: 'deepseek',
  apiKey: 'sk-demo3b9f_stand_in_only',
  path: '',
  maxTokens: 'max_tokens',
  models: [
    { id: 'deepseek-v4-flash', context: 1_000_000 },
    { id: 'deepseek-v4-pro', context: 1_000_000 },
  ],
  wrongKey: { status: 401, code: 'authentication_error', message: 'Authentication Fails, Your api key is invalid' },
  noMoney: { status: 402, code: 'unknown_error', message: 'Insufficient Balance' },
  shape,
  keepAlive: ': keep-alive\n\n\n',
  usage: ({ input }) => ({ prompt_cache_hit_tokens: 0, prompt_cache_miss_tokens: input }),
  routes: { 'GET /user/balance': () => balance(true, '12.30') },
  faults: [
    {
      id: 'balance_empty',
      title: 'The balance is used up',
      effect: 'The check reads a balance that covers no call.',
      answer: ({ path }) => (path === '/user/balance' ? balance(false, '0.00') : undefined),
    },
  ],
})
