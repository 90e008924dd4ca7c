/** What providers of models refuse with, in their shared shape and its variations, judged into our kinds. Pure. */
import { z } from 'zod'
import { type AppError, type Failure, type FailureAction, type FailureKind, failed } from '#shared/failure'
import type { Call } from './call.ts'
import type { Answer, Provider } from './define.ts'
import { statusFailure } from './failures.ts'

/** What an error means. */
export interface Verdict {
  kind: FailureKind
  told: string
  action?: FailureAction
}

/** What differs between providers: whom to see about a key or about money, and codes of their own. */
export interface ChatErrors {
  name: string
  keys: FailureAction
  billing: FailureAction
  /** Codes and types that mean something here alone. */
  codes?: Readonly<Record<string, Verdict>>
  /** Asked first: what neither code nor status tells. */
  own?(told: ToldError): Failure | undefined
}

const ErrorObject = z.object({
  message: z.string().default(''),
  type: z.string().nullish(),
  code: z.union([z.string(), z.number()]).nullish(),
  param: z.string().nullish(),
  /** Google's name of the status. */
  status: z.string().nullish(),
  details: z.array(z.record(z.string(), z.unknown())).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
})

/** An error as it was told, wherever it stood. `status` is HTTP's, or the number that stood in its place in a stream. */
export interface ToldError extends z.output<typeof ErrorObject> {
  httpStatus: number
  headers: Headers
}

/** The error object of a body: `{ error }`, an array around it, or the bare object as Cerebras sends it. */
function errorIn(body: unknown): unknown {
  const first = Array.isArray(body) ? body[0] : body
  if (typeof first !== 'object' || first === null) return undefined
  if (!('error' in first)) return 'message' in first ? first : undefined
  return typeof first.error === 'string' ? { message: first.error } : first.error
}

const tooLong =
  /maximum context length|context length|context_length|input token count|prompt is too long|exceeds the (maximum|model'?s)[^.]*tokens|reduce the length of the messages/i

/** Numbers of tokens in a sentence; small ones (an index, a version) are none. */
function tokensIn(message: string): string {
  const counts = [...message.matchAll(/\d[\d,]{2,}/g)].map(([text]) => Number(text.replaceAll(',', '')))
  if (counts.length < 2) return ''
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return ` The model takes ${least.toLocaleString('en')} tokens; this came to ${most.toLocaleString('en')}.`
}

const says = (message: string) => (message === '' ? '' : ` It says: ${message.slice(0, 300)}`)

function known(code: string, message: string, { name, keys, billing }: ChatErrors): Verdict | undefined {
  const table: Readonly<Record<string, Verdict>> = {
    invalid_api_key: {
      kind: 'unauthorized',
      told: `${name} does not accept the API key. Create a new one and connect again.`,
      action: keys,
    },
    insufficient_quota: {
      kind: 'quota',
      told: `The account at ${name} has no quota left. Waiting does not help; add credit or raise its limit.`,
      action: billing,
    },
    model_not_found: {
      kind: 'not_found',
      told: `${name} has no such model for this key. List its models and choose one of them.`,
    },
    unsupported_country_region_territory: {
      kind: 'forbidden',
      told: `${name} does not serve the country or region that this request came from.`,
    },
    content_filter: { kind: 'rejected', told: `${name} refused the content. Word the request differently.` },
    content_policy_violation: { kind: 'rejected', told: `${name} refused the content. Word the request differently.` },
  }
  if (Object.hasOwn(table, code)) return table[code]
  if (code !== 'context_length_exceeded' && !tooLong.test(message)) return undefined
  const told = `The messages are longer than the model takes.${tokensIn(message)} Shorten them, or choose a model with a longer context.`
  return { kind: 'invalid', told }
}

function byStatus({ httpStatus, message }: ToldError, { name, keys, billing }: ChatErrors): Verdict | undefined {
  if (httpStatus === 401) return { kind: 'unauthorized', told: `${name} does not accept the API key.`, action: keys }
  if (httpStatus === 402)
    return { kind: 'quota', told: `The balance at ${name} does not cover this call. Add credit.`, action: billing }
  if (httpStatus === 404 && /model/i.test(message)) return { kind: 'not_found', told: `${name} does not know this model.` }
  return undefined
}

/** Judges an error that was told; undefined leaves it to the status. */
function judgeTold(told: ToldError, errors: ChatErrors): Failure | undefined {
  const own = errors.own?.(told)
  if (own) return own
  const named = [told.code, told.type, told.status].filter((value) => typeof value === 'string')
  const ownCode = named.find((name) => Object.hasOwn(errors.codes ?? {}, name))
  const common = named.map((name) => known(name, told.message, errors)).find(Boolean) ?? known('', told.message, errors)
  const verdict = ownCode === undefined ? (common ?? byStatus(told, errors)) : errors.codes?.[ownCode]
  if (!verdict) return undefined
  const action = verdict.action ? { action: verdict.action } : {}
  const field = verdict.kind === 'invalid' ? { fields: [{ path: told.param || 'messages', message: 'is not taken' }] } : {}
  return failed(verdict.kind, `${verdict.told}${says(told.message)}`, {
    code: String(ownCode ?? told.code ?? told.status ?? told.httpStatus),
    ...action,
    ...field,
  }).failure
}

/** An error that stands in a 200 carries its status as its code. */
function statusIn(code: string | number | null | undefined, httpStatus: number): number {
  if (httpStatus >= 400) return httpStatus
  const told = Number(code)
  return Number.isInteger(told) && told >= 400 && told < 600 ? told : 502
}

/** The hook `rejects` of a provider of models. */
export function rejectsChat(errors: ChatErrors): NonNullable<Provider['rejects']> {
  return (answer) => {
    const parsed = ErrorObject.safeParse(errorIn(answer.body))
    const refused = answer.status >= 400 || (typeof answer.body === 'object' && answer.body !== null && 'error' in answer.body)
    if (!refused || !parsed.success) return undefined
    const httpStatus = statusIn(parsed.data.code, answer.status)
    const judged = judgeTold({ ...parsed.data, httpStatus, headers: answer.headers }, errors)
    return judged ?? (answer.status >= 400 ? undefined : statusFailure({ ...answer, status: httpStatus }, 'safe', 0))
  }
}

/** Judges an error that came inside a stream, where HTTP had already said 200. */
export function judgeStreamed(
  error: unknown,
  call: Pick<Call, 'endpoint' | 'now'>,
  terms: { path: string; errors: ChatErrors },
): AppError {
  const { errors } = terms
  const parsed = ErrorObject.safeParse(typeof error === 'string' ? { message: error } : error)
  if (!parsed.success) return failed('unexpected', `${errors.name} broke off with an error in an unknown shape.`)
  const httpStatus = statusIn(parsed.data.code, 200)
  const headers = new Headers()
  const judged = judgeTold({ ...parsed.data, httpStatus, headers }, errors)
  const answer: Answer = {
    url: new URL(call.endpoint() + terms.path),
    method: 'POST',
    status: httpStatus,
    headers,
    body: { message: parsed.data.message },
  }
  const failure = judged ?? statusFailure(answer, 'safe', call.now())
  if (!failure) return failed('unexpected', `${errors.name} broke off while it was answering.`)
  const { kind, message, ...more } = failure
  return failed(kind, `${message} This came while the answer was being written.`, more)
}
