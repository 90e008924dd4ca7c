/** Cerebras: open models at very high speed. */
import type { ChatCall, ChatTerms } from '../../kit/chat.ts'
import { observeLimits } from '../../kit/chat-limits.ts'
import { chatCredential, chatParts, listModels, ownPace } from '../../kit/chat-room.ts'
import { type CheckResult, defineProvider } from '../../kit/define.ts'

const terms: ChatTerms = {
  name: 'Cerebras',
  path: '/v1',
  maxTokens: 'max_completion_tokens',
  errors: {
    name: 'Cerebras',
    keys: { label: 'Create a key at Cerebras', href: 'https://cloud.cerebras.ai/platform/apikeys' },
    billing: { label: 'See billing at Cerebras', href: 'https://cloud.cerebras.ai/platform/billing' },
    codes: {
      wrong_api_key: { kind: 'unauthorized', told: 'Cerebras does not accept the API key. Create a new one and connect again.' },
    },
  },
}

async function check(call: ChatCall): Promise<CheckResult> {
  const models = await listModels(call, terms)
  const detail = `Models: ${models.map(({ id }) => id).join(', ')}`.slice(0, 200)
  return { account: { id: 'cerebras-key', name: 'Cerebras API key', detail } }
}

export const cerebras = defineProvider({
  ...chatParts(terms, {
    chat: 'https://inference-docs.cerebras.ai/api-reference/chat-completions',
    models: 'https://inference-docs.cerebras.ai/api-reference/models',
  }),
  id: 'cerebras',
  name: 'Cerebras',
  summary: 'Asks open models at very high speed; first choice when an answer is wanted fast.',
  docs: 'https://inference-docs.cerebras.ai',
  setup: ['Open https://cloud.cerebras.ai and create a key under API keys', 'Paste the key here'],
  notes: [
    'A repeated call is a new answer and is charged anew. When an answer is lost, its tokens may have been charged; the cost is then shown as unknown.',
    'Cerebras counts the most tokens an answer may have against your limit before it begins: keep that number small.',
    'Cerebras retires models at short notice; List models tells which are there.',
    'On the free tier a model takes about 65,000 tokens instead of 131,000.',
  ],
  endpoints: { api: 'https://api.cerebras.ai' },
  credential: chatCredential('CEREBRAS_API_KEY', 'Starts with csk-.'),
  verification: { required: false, note: 'No review.' },
  limits: ownPace('https://inference-docs.cerebras.ai/support/rate-limits'),
  check: { call: 'GET /v1/models', run: check },
  observe: observeLimits(['requests-minute', 'requests-day', 'tokens-minute', 'tokens-day']),
})
