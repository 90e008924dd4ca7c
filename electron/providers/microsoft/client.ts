/** The way to Graph: the official client with one middleware of our own, and lists read page by page. */
import type { Context } from '@microsoft/microsoft-graph-client'
import { z } from 'zod'
import { AppError, failed } from '#shared/failure'
import { parseAnswer } from '../../kit/make-call.ts'
import { abilitiesOf, type MicrosoftCall } from './credential.ts'
import { appToken, personToken, type Token, type TokenOrder } from './tokens.ts'

/** In whose name a request goes. Mail goes in the application's where it can, else in that of whoever signed in. */
type Speaker = 'app' | 'person' | 'mail'

interface GraphRequest {
  as: Speaker
  /** `fetch` for effects, `ask` for questions. */
  how: 'fetch' | 'ask'
  /** Below `/v1.0`, each part encoded. */
  path: string
  /** Makes it a POST. */
  json?: unknown
  /** Asks for a new token first, so that the credential itself is tried. */
  fresh?: boolean
}

/** Most pages of a list that are read. */
const mostPages = 20

export async function tokenOf(call: MicrosoftCall, as: Speaker, order: TokenOrder = {}): Promise<Token> {
  const byApp = as === 'app' || (as === 'mail' && abilitiesOf(call.credential).app)
  return byApp ? await appToken(call, order) : await personToken(call, order)
}

async function sendOnce(call: MicrosoftCall, request: GraphRequest, token: Token): Promise<Response> {
  const { Client, ResponseType } = await import('@microsoft/microsoft-graph-client')
  let refusal: unknown
  async function execute(context: Context): Promise<void> {
    const { method = 'GET', headers, body } = context.options ?? {}
    const sent = { ...(headers as Record<string, string>), authorization: `Bearer ${token.value}` }
    try {
      context.response = await call[request.how](String(context.request), { method, headers: sent, ...(body ? { body } : {}) })
    } catch (error) {
      refusal = error
      throw error
    }
  }
  const client = Client.initWithMiddleware({ baseUrl: call.endpoint('graph'), middleware: { execute } })
  const asked = client.api(request.path).responseType(ResponseType.RAW)
  try {
    return (await (request.json === undefined ? asked.get() : asked.post(request.json))) as Response
  } catch (error) {
    throw refusal ?? error
  }
}

/** Sends one request to Graph. A held token that Graph refuses is renewed once: a 401 has done nothing. */
export async function graph(call: MicrosoftCall, request: GraphRequest): Promise<Response> {
  const token = await tokenOf(call, request.as, { fresh: request.fresh ?? false })
  try {
    return await sendOnce(call, request, token)
  } catch (error) {
    if (!(error instanceof AppError) || error.failure.kind !== 'unauthorized' || request.fresh) throw error
    const renewed = await tokenOf(call, request.as, { fresh: true })
    if (renewed.value === token.value) throw error
    return await sendOnce(call, request, renewed)
  }
}

export async function graphJson<T extends z.ZodType>(
  call: MicrosoftCall,
  schema: T,
  request: GraphRequest,
): Promise<z.output<T>> {
  const response = await graph(call, request)
  return parseAnswer(schema, await response.text(), 'Microsoft Graph')
}

/** The path below `/v1.0` of a link to the next page; the host in use stays, whatever the link names. */
function pathOf(link: string): string {
  const { pathname, search } = new URL(link)
  const at = pathname.indexOf('/v1.0/')
  if (at < 0) throw failed('unexpected', 'Microsoft Graph named a next page that is not one of its own.')
  return `${pathname.slice(at + '/v1.0'.length)}${search}`
}

/** Reads a list to its end; `truncated` when it has more pages than are read, or leads in a circle. */
export async function graphList<T extends z.ZodType>(
  call: MicrosoftCall,
  item: T,
  path: string,
): Promise<{ items: z.output<T>[]; truncated: boolean }> {
  const Page = z.object({ value: z.array(item), '@odata.nextLink': z.url().optional() })
  const items: z.output<T>[] = []
  const seen = new Set<string>()
  let next: string | undefined = path
  while (next !== undefined && !seen.has(next) && seen.size < mostPages) {
    seen.add(next)
    const page: z.output<typeof Page> = await graphJson(call, Page, { as: 'person', how: 'ask', path: next })
    items.push(...page.value)
    const link: string | undefined = page['@odata.nextLink']
    next = link === undefined ? undefined : pathOf(link)
  }
  return { items, truncated: next !== undefined }
}
