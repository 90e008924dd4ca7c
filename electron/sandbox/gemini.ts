/** Gemini's stand-in: Google's errors in an array, the wait in their details, a bad key as a bad request. */
import { type ChatError, createChatStandIn } from './chat.ts'
import type { Sandbox, SandboxRequest } from './define.ts'

const names: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}

function detailsOf(code: string) {
  if (code !== 'API_KEY_INVALID') return {}
  return { details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code, domain: 'googleapis.com' }] }
}

const shape = ({ status, code, message }: ChatError) => [
  {
    error: {
      code: status,
      message,
      status: code === 'FAILED_PRECONDITION' ? code : (names[status] ?? 'UNKNOWN'),
      ...detailsOf(code),
    },
  },
]

const isChat = ({ path }: SandboxRequest) => path === '/v1beta/openai/chat/completions'

function exhausted(quotaId: string, retryDelay: string) {
  const details = [
    { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId }] },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay },
  ]
  const message = 'You exceeded your current quota, please check your plan and billing details.'
  return { status: 429, body: [{ error: { code: 429, message, status: 'RESOURCE_EXHAUSTED', details } }] }
}

export const geminiSandbox: Sandbox = createChatStandIn({
  provider: 'gemini',
  apiKey: 'AIzaSyDemo2nX7_stand_in_only_00000000',
  path: '/v1beta/openai',
  maxTokens: 'max_tokens',
  models: [
    { id: 'gemini-3.5-flash', context: 1_048_576 },
    { id: 'gemini-3.1-pro-preview', context: 1_048_576 },
    { id: 'gemini-3.1-flash-lite', context: 1_048_576 },
    { id: 'gemini-2.5-flash', context: 1_048_576 },
  ],
  wrongKey: { status: 400, code: 'API_KEY_INVALID', message: 'API key not valid. Please pass a valid API key.' },
  noMoney: {
    status: 400,
    code: 'FAILED_PRECONDITION',
    message: 'Gemini API free tier is not available in your country. Please enable billing on your project.',
  },
  shape,
  faults: [
    {
      id: 'minute_quota',
      title: 'The quota of the minute is used up',
      effect: 'Questions are refused with 429 that names 35 seconds in its details.',
      answer: (request) => (isChat(request) ? exhausted('GenerateRequestsPerMinutePerProjectPerModel', '35s') : undefined),
    },
    {
      id: 'day_quota',
      title: 'The quota of the day is used up',
      effect: 'Questions are refused with 429 of a daily quota; the wait it names is no promise.',
      answer: (request) => (isChat(request) ? exhausted('GenerateRequestsPerDayPerProjectPerModel', '41s') : undefined),
    },
  ],
})
