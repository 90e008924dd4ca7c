/** OpenRouter: models of many makers behind one key. */
import { z } from 'zod'
import { type Failure, failed } from '#shared/failure'
import type { ChatCall, ChatTerms } from '../../kit/chat.ts'
import type { ToldError } from '../../kit/chat-failures.ts'
import { requestsBucket } from '../../kit/chat-limits.ts'
import { chatCredential, chatParts, ownPace } from '../../kit/chat-room.ts'
import { type CheckResult, defineProvider, type Provider } from '../../kit/define.ts'

const keys = { label: 'See keys at OpenRouter', href: 'https://openrouter.ai/settings/keys' }
const billing = { label: 'Add credit at OpenRouter', href: 'https://openrouter.ai/settings/credits' }

/** OpenRouter's metadata tells whose limit it was, and that a moderator flagged the input. */
function own({ httpStatus, metadata, message, code }: ToldError): Failure | undefined {
  const says = message === '' ? '' : ` It says: ${message.slice(0, 300)}`
  if (httpStatus === 402 && metadata?.limit_source === 'openrouter_key_limit') {
    const told = `The limit set for this OpenRouter key is used up. Raise it there, or use another key.${says}`
    return failed('quota', told, { code: 'openrouter_key_limit', action: keys }).failure
  }
  if (httpStatus === 403 && Array.isArray(metadata?.reasons)) {
    const told = `OpenRouter's moderation flagged the messages: ${metadata.reasons.map(String).join(', ').slice(0, 200)}.${says}`
    return failed('rejected', told, { code: String(code ?? 403) }).failure
  }
  if (httpStatus === 408)
    return failed('unavailable', `OpenRouter waited too long for the model.${says}`, { code: '408' }).failure
  return undefined
}

const terms: ChatTerms = {
  name: 'OpenRouter',
  path: '/api/v1',
  maxTokens: 'max_tokens',
  errors: { name: 'OpenRouter', keys, billing, own },
}

const Key = z.object({
  data: z.object({
    label: z.string().nullish(),
    limit: z.number().nullish(),
    limit_remaining: z.number().nullish(),
    is_free_tier: z.boolean().nullish(),
    creator_user_id: z.string().nullish(),
  }),
})

async function check(call: ChatCall): Promise<CheckResult> {
  const headers = { authorization: `Bearer ${call.credential.apiKey}`, accept: 'application/json' }
  const { data } = await call.json(Key, { url: `${call.endpoint()}/api/v1/key`, headers }, 'ask')
  const { limit, limit_remaining: left, is_free_tier: free, creator_user_id: owner } = data
  const rest = typeof left === 'number' ? `$${left.toFixed(2)} of $${(limit ?? left).toFixed(2)} left` : 'no limit on this key'
  const account = {
    id: owner ?? 'openrouter-key',
    name: owner ? `OpenRouter account ${owner}` : 'OpenRouter API key',
    detail: `${rest}${free ? '; free tier: 50 free requests a day' : ''}`,
  }
  if (typeof left !== 'number' || left > 0) return { account }
  const why = 'the limit set for this key is used up'
  return { account, unavailable: { 'chat.complete': { why, fix: `Raise it at ${keys.href}.` } } }
}

/** OpenRouter tells the end of a limit as an instant in ms. */
const observe: NonNullable<Provider['observe']> = ({ headers }, now) => {
  const until = Number(headers.get('x-ratelimit-reset'))
  if (headers.get('x-ratelimit-remaining') !== '0' || !(until > now)) return undefined
  return { bucket: requestsBucket, until: Math.min(until, now + 86_400_000), why: 'OpenRouter says that its limit is used up' }
}

export const openrouter = defineProvider({
  ...chatParts(terms, {
    chat: 'https://openrouter.ai/docs/api-reference/chat-completion',
    models: 'https://openrouter.ai/docs/api-reference/list-available-models',
  }),
  id: 'openrouter',
  name: 'OpenRouter',
  summary: 'Asks models of many makers with one key; the last resort when a maker of its own is down.',
  docs: 'https://openrouter.ai/docs',
  setup: [
    'Open https://openrouter.ai/settings/keys and create a key, with a credit limit if you want one',
    'Add credit at https://openrouter.ai/settings/credits',
    'Paste the key here',
  ],
  notes: [
    'A repeated call is a new answer and is charged anew. When an answer is lost, its tokens may have been charged; the cost is then shown as unknown.',
    'OpenRouter tells with each answer what it charged, and that is what is recorded; before a call its price is not known here, so with a budget set it is not chosen by itself.',
    'An error may come inside an answer that began well; what was written until then may be charged.',
    'Models whose name ends in :free allow 20 requests a minute and few a day.',
  ],
  endpoints: { api: 'https://openrouter.ai' },
  credential: chatCredential('OPENROUTER_API_KEY', 'Starts with sk-or-.'),
  verification: { required: false, note: 'No review; credit is needed for all but free models.' },
  limits: ownPace('https://openrouter.ai/docs/api-reference/limits'),
  check: { call: 'GET /api/v1/key', run: check },
  observe,
})
