/** DeepSeek: V4 models over its OpenAI-compatible chat completions. */
import { z } from 'zod'
import type { ChatCall, ChatTerms } from '../../kit/chat.ts'
import { chatCredential, chatParts, ownPace } from '../../kit/chat-room.ts'
import { type CheckResult, defineProvider } from '../../kit/define.ts'

const billing = { label: 'Top up at DeepSeek', href: 'https://platform.deepseek.com/top_up' }

const terms: ChatTerms = {
  name: 'DeepSeek',
  path: '',
  maxTokens: 'max_tokens',
  errors: {
    name: 'DeepSeek',
    keys: { label: 'Create a key at DeepSeek', href: 'https://platform.deepseek.com/api_keys' },
    billing,
  },
}

const Balance = z.object({
  is_available: z.boolean(),
  balance_infos: z.array(z.object({ currency: z.string(), total_balance: z.string() })),
})

async function check(call: ChatCall): Promise<CheckResult> {
  const headers = { authorization: `Bearer ${call.credential.apiKey}`, accept: 'application/json' }
  const balance = await call.json(Balance, { url: `${call.endpoint()}/user/balance`, headers }, 'ask')
  const amounts = balance.balance_infos.map((info) => `${info.total_balance} ${info.currency}`).join(', ')
  const account = { id: 'deepseek-key', name: 'DeepSeek API key', detail: `Balance ${amounts || 'not told'}` }
  if (balance.is_available) return { account }
  const why = `the balance (${amounts || 'not told'}) does not cover a call`
  return { account, unavailable: { 'chat.complete': { why, fix: `Top up at ${billing.href}.` } } }
}

export const deepseek = defineProvider({
  ...chatParts(terms, {
    chat: 'https://api-docs.deepseek.com/api/create-chat-completion',
    models: 'https://api-docs.deepseek.com/api/list-models',
  }),
  id: 'deepseek',
  name: 'DeepSeek',
  summary: 'Asks DeepSeek models; the inexpensive alternative for reasoning and text.',
  docs: 'https://api-docs.deepseek.com',
  setup: [
    'Open https://platform.deepseek.com/api_keys and create a key',
    'Top up the balance at https://platform.deepseek.com/top_up: without one every call is refused',
    'Paste the key here',
  ],
  notes: [
    'A repeated call is a new answer and is charged anew. When an answer is lost, its tokens may have been charged; the cost is then shown as unknown.',
    'DeepSeek publishes no limit of requests: under load it holds the connection and sends signs of life, so that an answer may take minutes to begin.',
    'The names deepseek-chat and deepseek-reasoner were retired on 24 July 2026.',
  ],
  endpoints: { api: 'https://api.deepseek.com' },
  credential: chatCredential('DEEPSEEK_API_KEY', 'Starts with sk-.'),
  verification: { required: false, note: 'No review; the balance must be topped up before the first call.' },
  limits: ownPace('https://api-docs.deepseek.com/quick_start/rate_limit'),
  check: { call: 'GET /user/balance', run: check },
})
