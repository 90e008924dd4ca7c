/** Stripe's stand-in: its real routes with form bodies and idempotency keys, its hosted pages, its events. */
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import { pageAt } from './stripe-pages.ts'
import { routes } from './stripe-routes.ts'
import { type Fields, openStore, refused } from './stripe-store.ts'

const secretKey = 'sk_test_demo_stand_in_only'

/** Signs as Stripe does, so that a delivery of the stand-in can be proven. */
export async function signDelivery(body: string, secret: string, atMs: number): Promise<string> {
  const at = Math.floor(atMs / 1_000)
  const encoder = new TextEncoder()
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signed = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(`${at}.${body}`)))
  return `t=${at},v1=${[...signed].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

type Tree = { [name: string]: Tree | string }

/** `items[0][price]=p` as `{ items: [{ price: 'p' }] }`. */
function toFields(rawBody: string): Fields {
  const tree: Tree = {}
  for (const [path, value] of new URLSearchParams(rawBody)) {
    const names = path.replaceAll(']', '').split('[')
    const last = names.pop() ?? ''
    let at = tree
    for (const name of names) {
      at[name] ??= {}
      at = at[name] as Tree
    }
    at[last] = value
  }
  return withLists(tree) as Fields
}

function withLists(tree: Tree | string): unknown {
  if (typeof tree === 'string') return tree
  const entries = Object.entries(tree).map(([name, value]) => [name, withLists(value)] as const)
  const isList = entries.length > 0 && entries.every(([name], at) => name === String(at))
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries)
}

function refusedKey(headers: Headers): SandboxResponse | undefined {
  const authorization = headers.get('authorization') ?? ''
  if (authorization === `Bearer ${secretKey}`) return undefined
  if (!authorization) return refused(401, { message: 'You did not provide an API key.' })
  return refused(401, { message: `Invalid API Key provided: sk_****${authorization.slice(-4).replace(/./g, '*')}` })
}

/** The route of a path, and the id in it. A name where an id could stand counts first. */
function routeOf({ method, path }: SandboxRequest) {
  const exact = routes[`${method} ${path}`]
  if (exact) return { route: exact, id: '' }
  const parts = path.split('/')
  for (let at = 3; at < parts.length; at += 1) {
    const route = routes[`${method} ${parts.with(at, ':id').join('/')}`]
    if (route) return { route, id: decodeURIComponent(parts[at] ?? '') }
  }
  return undefined
}

/** The same key and body get the first answer again; another body is refused. */
function once(request: SandboxRequest, context: SandboxContext, run: () => SandboxResponse): SandboxResponse {
  const key = request.headers.get('idempotency-key')
  if (key === null || request.method !== 'POST') return run()
  const place = `key ${key}`
  const order = `${request.path} ${request.rawBody}`
  const first = context.recall(place)
  if (first) {
    if (context.recall(`${place} order`)?.body === order) return first
    const message = 'Keys for idempotent requests can only be used with the same parameters they were first used with.'
    return refused(400, { type: 'idempotency_error', message })
  }
  const answer = run()
  if (answer.status < 300) {
    context.keep(`${place} order`, { status: 200, body: order })
    context.keep(place, answer)
  }
  return answer
}

function handleApi(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const found = routeOf(request)
  if (!found) {
    return refused(404, { message: `Unrecognized request URL (${request.method}: ${request.path}).` })
  }
  const type = request.headers.get('content-type') ?? ''
  if (request.method === 'POST' && !type.startsWith('application/x-www-form-urlencoded')) {
    return refused(400, { message: 'Invalid request: the content type must be application/x-www-form-urlencoded.' })
  }
  return once(request, context, () => {
    const store = openStore(context)
    const fields = request.method === 'POST' ? toFields(request.rawBody) : {}
    const answer = found.route({ store, context, request, fields, id: found.id })
    // Cut off from the objects in the books, which go on changing.
    const told = structuredClone(answer)
    store.save()
    return told
  })
}

function handlePage(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const store = openStore(context)
  const answer = pageAt({ store, context, request })
  store.save()
  return answer ?? { status: 404, body: 'There is no such page.' }
}

function hasEffect({ method, path }: SandboxRequest): boolean {
  return method !== 'GET' && path.startsWith('/v1/') && path !== '/v1/invoices/create_preview'
}

const errorTypes: Readonly<Record<number, Fields>> = {
  429: { code: 'rate_limit' },
  500: { type: 'api_error' },
  503: { type: 'api_error' },
}

export const stripeSandbox: Sandbox = {
  provider: 'stripe',
  demoCredential: { secretKey, webhookSecret: 'whsec_demo_stand_in_only' },
  demoSettings: { currency: 'USD', returnUrl: 'https://example.com/thanks' },
  errorBody: (status, reason) => ({
    body: { error: { type: 'invalid_request_error', message: reason, ...errorTypes[status] } },
  }),
  hasEffect,
  isLongPoll: ({ path }) => path === '/v1/events',
  handle(request, context) {
    if (!request.path.startsWith('/v1/')) return handlePage(request, context)
    return refusedKey(request.headers) ?? handleApi(request, context)
  },
  faults: [
    {
      id: 'card_declined',
      title: 'The card is declined',
      effect: 'Subscriptions are refused with 402 card_error, insufficient_funds.',
      answer: (request) =>
        hasEffect(request) && request.path.startsWith('/v1/subscriptions')
          ? refused(402, {
              type: 'card_error',
              code: 'card_declined',
              decline_code: 'insufficient_funds',
              message: 'Your card has insufficient funds.',
            })
          : undefined,
    },
    {
      id: 'restricted_key',
      title: 'A restricted key lacks a permission',
      effect: 'Whatever changes something is refused with 403 that names the permission.',
      answer: (request) =>
        hasEffect(request)
          ? refused(403, {
              code: 'secret_key_required',
              message:
                "The provided key does not have the required permissions for this endpoint. Having the 'rak_product_write' permission would allow this request to continue.",
            })
          : undefined,
    },
    {
      id: 'lock_timeout',
      title: 'The object is locked',
      effect: 'Changes are refused with 429 lock_timeout; they work a moment later.',
      answer: (request) =>
        hasEffect(request)
          ? refused(429, { code: 'lock_timeout', message: 'This object cannot be accessed right now.' })
          : undefined,
    },
  ],
}
