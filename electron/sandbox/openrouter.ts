/** OpenRouter's stand-in: comments while it works, what it charged in its usage, errors inside a stream that began well. */
import { type ChatError, createChatStandIn } from './chat.ts'
import type { Sandbox } from './define.ts'

const keyAnswer = (remaining: number | null) => ({
  status: 200,
  body: {
    data: {
      label: 'Demo key',
      limit: 20,
      limit_remaining: remaining,
      usage: 3.5,
      is_free_tier: false,
      creator_user_id: 'user_standin',
    },
  },
})

const shape = ({ status, message }: ChatError) => ({ error: { code: status, message } })

export const openrouterSandbox: Sandbox = createChatStandIn({
  provider: 'openrouter',
  apiKey: 'sk-or-v1-demo5c1d_stand_in_only',
  path: '/api/v1',
  maxTokens: 'max_tokens',
  models: [
    { id: 'openrouter/auto', context: 2_000_000 },
    { id: 'openai/gpt-5.4-mini', context: 400_000 },
    { id: 'meta-llama/llama-3.3-70b-instruct:free', context: 131_072 },
  ],
  wrongKey: { status: 401, code: '401', message: 'No auth credentials found' },
  noMoney: { status: 402, code: '402', message: 'Insufficient credits. Add more using https://openrouter.ai/settings/credits' },
  shape,
  keepAlive: ': OPENROUTER PROCESSING\n\n',
  usage: ({ input, output }) => ({ cost: (input * 3 + output * 15) / 10_000_000, prompt_tokens_details: { cached_tokens: 0 } }),
  listed: ({ context }) => ({ context_length: context, pricing: { prompt: '0.0000003', completion: '0.0000015' } }),
  breaksInStream: true,
  routes: { 'GET /api/v1/key': () => keyAnswer(16.5) },
  faults: [
    {
      id: 'key_limit',
      title: 'The limit of the key is used up',
      effect: 'Questions are refused with 402 that names the limit of this key; the check reads that nothing is left.',
      answer({ path }) {
        if (path === '/api/v1/key') return keyAnswer(0)
        if (path !== '/api/v1/chat/completions') return undefined
        const metadata = { limit_source: 'openrouter_key_limit' }
        return { status: 402, body: { error: { code: 402, message: 'Key limit exceeded', metadata } } }
      },
    },
    {
      id: 'error_in_200',
      title: 'An error under status 200',
      effect: 'Questions are answered 200 with an error as the only event of the stream.',
      answer: ({ path }) =>
        path === '/api/v1/chat/completions'
          ? {
              status: 200,
              headers: { 'content-type': 'text/event-stream' },
              body: `: OPENROUTER PROCESSING\n\ndata: ${JSON.stringify({ error: { code: 503, message: 'No instances available' } })}\n\n`,
            }
          : undefined,
    },
  ],
})
