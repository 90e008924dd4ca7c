/** Gemini: Google's models over its OpenAI-compatible endpoint. */
import { type Failure, failed } from '#shared/failure'
import type { ChatCall, ChatTerms } from '../../kit/chat.ts'
import type { ToldError } from '../../kit/chat-failures.ts'
import { spanMs } from '../../kit/chat-limits.ts'
import { chatCredential, chatParts, listModels, ownPace } from '../../kit/chat-room.ts'
import { type CheckResult, defineProvider } from '../../kit/define.ts'

const keys = { label: 'See keys in AI Studio', href: 'https://aistudio.google.com/apikey' }
const billing = { label: 'See limits in AI Studio', href: 'https://aistudio.google.com/usage' }

const typed = (details: ToldError['details'], type: string) => details?.find((one) => String(one['@type']).endsWith(type))

/** The quota by the day: the wait that comes with it is no promise. */
function perDay(details: ToldError['details']): boolean {
  const violations = typed(details, 'QuotaFailure')?.violations
  return Array.isArray(violations) && violations.some((one) => /PerDay/i.test(String((one as { quotaId?: unknown }).quotaId)))
}

/** Google tells the wait in the body, and a bad key or region as a bad request. */
function own({ httpStatus, status, details, message, headers }: ToldError): Failure | undefined {
  const says = message === '' ? '' : ` It says: ${message.slice(0, 300)}`
  const code = status ?? String(httpStatus)
  if (typed(details, 'ErrorInfo')?.reason === 'API_KEY_INVALID' || /API key (not valid|expired)/i.test(message)) {
    return failed('unauthorized', `Gemini does not accept the API key.${says}`, { code: 'API_KEY_INVALID', action: keys }).failure
  }
  if (status === 'FAILED_PRECONDITION') {
    const told = `Gemini's free tier does not serve this region, or billing is not set up for the project of the key.${says}`
    return failed('forbidden', told, { code, action: billing }).failure
  }
  if (httpStatus !== 429) return undefined
  if (perDay(details)) return failed('quota', `The day's quota at Gemini is used up.${says}`, { code, action: billing }).failure
  const delay = typed(details, 'RetryInfo')?.retryDelay
  const waitMs = headers.has('retry-after') ? undefined : spanMs(typeof delay === 'string' ? delay : undefined)
  if (waitMs === undefined) return undefined
  return failed('rate_limited', `Gemini asks to wait.${says}`, { code, retryAfterMs: waitMs }).failure
}

const terms: ChatTerms = {
  name: 'Gemini',
  path: '/v1beta/openai',
  maxTokens: 'max_tokens',
  errors: { name: 'Gemini', keys, billing, own },
}

async function check(call: ChatCall): Promise<CheckResult> {
  const models = await listModels(call, terms)
  return {
    account: {
      id: 'gemini-key',
      name: 'Gemini API key',
      detail: `${models.length} models; limits show in AI Studio alone`,
    },
  }
}

export const gemini = defineProvider({
  ...chatParts(terms, {
    chat: 'https://ai.google.dev/gemini-api/docs/openai',
    models: 'https://ai.google.dev/gemini-api/docs/openai',
  }),
  id: 'gemini',
  name: 'Gemini',
  summary: 'Asks Gemini models; first choice for very long text.',
  docs: 'https://ai.google.dev/gemini-api/docs/openai',
  setup: [
    'Open https://aistudio.google.com/apikey and create a key in a project',
    'Set up billing for the project where the free tier does not do',
    'Paste the key here',
  ],
  notes: [
    'A repeated call is a new answer and is charged anew. When an answer is lost, its tokens may have been charged; the cost is then shown as unknown.',
    'Google tells limits only in AI Studio; what is refused names how long to wait.',
    'What is sent on the free tier may be used by Google to improve its products.',
  ],
  endpoints: { api: 'https://generativelanguage.googleapis.com' },
  credential: chatCredential('GEMINI_API_KEY', 'A key of AI Studio.'),
  verification: { required: false, note: 'No review.' },
  limits: ownPace('https://ai.google.dev/gemini-api/docs/rate-limits'),
  check: { call: 'GET /v1beta/openai/models', run: check },
})
