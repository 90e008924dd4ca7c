/** OpenAI's stand-in: its error objects with all four fields, its headers of limits, cached tokens in its usage. */
import { type ChatError, createChatStandIn } from './chat.ts'
import type { Sandbox } from './define.ts'

const types: Readonly<Record<number, string>> = { 401: 'invalid_request_error', 429: 'requests', 500: 'server_error' }

const shape = ({ status, code, message }: ChatError) => ({
  error: { message, type: types[status] ?? 'invalid_request_error', param: null, code },
})

export const openaiSandbox: Sandbox = createChatStandIn({
  provider: 'openai',
  apiKey: 'sk-proj-demo7Rk2vQ_stand_in_only',
  path: '/v1',
  maxTokens: 'max_completion_tokens',
  models: [
    { id: 'gpt-5.5', context: 1_050_000 },
    { id: 'gpt-5.4', context: 1_050_000 },
    { id: 'gpt-5.4-mini', context: 400_000 },
    { id: 'gpt-5.4-nano', context: 400_000 },
    { id: 'gpt-4.1-mini', context: 1_047_576 },
    { id: 'gpt-4o-mini', context: 128_000 },
  ],
  wrongKey: {
    status: 401,
    code: 'invalid_api_key',
    message: 'Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.',
  },
  noMoney: {
    status: 429,
    code: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  },
  shape,
  headers: {
    'x-ratelimit-limit-requests': '500',
    'x-ratelimit-remaining-requests': '499',
    'x-ratelimit-reset-requests': '120ms',
    'x-ratelimit-remaining-tokens': '149984',
    'x-ratelimit-reset-tokens': '6ms',
    'x-request-id': 'req_standin',
  },
  usage: ({ output }) => ({
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: Math.floor(output / 2) },
  }),
  faults: [
    {
      id: 'requests_used_up',
      title: 'The last request of the minute',
      effect: 'Models are listed, and the headers say that no request is left for six minutes.',
      answer: ({ method, path }) =>
        method === 'GET' && path === '/v1/models'
          ? {
              status: 200,
              headers: { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' },
              body: { object: 'list', data: [] },
            }
          : undefined,
    },
  ],
})
