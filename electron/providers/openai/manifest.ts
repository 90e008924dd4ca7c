/** OpenAI: GPT models over its chat completions. */
import type { ChatCall, ChatTerms } from '../../kit/chat.ts'
import { observeLimits } from '../../kit/chat-limits.ts'
import { chatCredential, chatParts, listModels, ownPace } from '../../kit/chat-room.ts'
import { type CheckResult, defineProvider } from '../../kit/define.ts'

const terms: ChatTerms = {
  name: 'OpenAI',
  path: '/v1',
  maxTokens: 'max_completion_tokens',
  errors: {
    name: 'OpenAI',
    keys: { label: 'Create a key at OpenAI', href: 'https://platform.openai.com/api-keys' },
    billing: { label: 'See billing at OpenAI', href: 'https://platform.openai.com/settings/organization/billing/overview' },
    codes: {
      billing_hard_limit_reached: { kind: 'quota', told: 'The monthly limit of the OpenAI account is reached. Raise it there.' },
      unsupported_parameter: { kind: 'invalid', told: 'This OpenAI model does not take a field of the request.' },
      unsupported_value: { kind: 'invalid', told: 'This OpenAI model does not take a value of the request.' },
    },
  },
}

async function check(call: ChatCall): Promise<CheckResult> {
  const models = await listModels(call, terms)
  const own = new Set(
    models.map(({ owner }) => owner).filter((owner) => owner && !/^(openai|openai-internal|system)$/.test(owner)),
  )
  const detail = `${models.length} models; OpenAI names no account to a key${own.size > 0 ? `; own models of ${[...own].join(', ')}` : ''}`
  return { account: { id: 'openai-key', name: 'OpenAI API key', detail: detail.slice(0, 200) } }
}

export const openai = defineProvider({
  ...chatParts(terms, {
    chat: 'https://platform.openai.com/docs/api-reference/chat/create',
    models: 'https://platform.openai.com/docs/api-reference/models/list',
  }),
  id: 'openai',
  name: 'OpenAI',
  summary: 'Asks GPT models; first choice for reasoning and for everyday text.',
  docs: 'https://platform.openai.com/docs/api-reference/chat',
  setup: [
    'Open https://platform.openai.com/api-keys and create a secret key for a project',
    'See that the account has credit under Billing: a new account has none, and calls are refused without it',
    'Paste the key here',
  ],
  notes: [
    'A repeated call is a new answer and is charged anew. When an answer is lost, its tokens may have been charged; the cost is then shown as unknown.',
    'A ChatGPT subscription is no credit for the API: the two are billed apart.',
    'Most GPT-5 models refuse a temperature; the router leaves it out for them.',
    'A model that thinks for more than 60 seconds without a word is given up.',
  ],
  endpoints: { api: 'https://api.openai.com' },
  credential: chatCredential('OPENAI_API_KEY', 'Starts with sk-.'),
  verification: { required: false, note: 'Some models need a verified organisation; the key otherwise works at once.' },
  limits: ownPace('https://platform.openai.com/docs/guides/rate-limits'),
  check: { call: 'GET /v1/models', run: check },
  observe: observeLimits(['requests', 'tokens']),
})
