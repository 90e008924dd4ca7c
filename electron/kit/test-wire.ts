/** For the tests of rooms: a provider on a wire whose answers a test gives, and what went over it. */
import type { Failure } from '#shared/failure'
import type { MediaFile } from './call.ts'
import type { AnyProvider } from './define.ts'
import { callFailure, makeCall } from './make-call.ts'

/** One request as it went out; `json` where its body was JSON. */
export interface Sent {
  method: string
  url: URL
  headers: Headers
  bytes: Uint8Array<ArrayBuffer>
  text: string
  json: Record<string, unknown> | undefined
}

/** What the wire answers to a request; `number` counts from one. */
export type Answering = (sent: Sent, number: number) => Response | Promise<Response>

/** What the calls on the wire are made with. */
export interface WireTerms {
  credential: Record<string, unknown>
  settings?: Record<string, unknown>
  progress?: unknown
  media?: MediaFile[]
  key?: string
  agent?: { id: string; name: string; email: string | undefined }
  /** ms UTC. */
  now?: number
}

async function sentOf(request: Request): Promise<Sent> {
  const bytes = new Uint8Array(await request.arrayBuffer())
  const text = new TextDecoder().decode(bytes)
  const isJson = /json/.test(request.headers.get('content-type') ?? '') && text.startsWith('{')
  return {
    method: request.method,
    url: new URL(request.url),
    headers: request.headers,
    bytes,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  }
}

/** Puts a provider on a wire; `run` goes through or throws, `failureOf` answers the failure that is told. */
export function wire(provider: AnyProvider, answer: Answering, terms: WireTerms) {
  const sent: Sent[] = []
  const remembered: unknown[] = []
  const stored: unknown[] = []
  const make = (repeat: 'safe' | 'keyed' | 'unsafe') =>
    makeCall({
      provider,
      credential: provider.credential.parse(terms.credential),
      settings: provider.settings.parse(terms.settings ?? {}) as Record<string, unknown>,
      repeat,
      key: terms.key ?? '0199a000-0000-7000-8000-00000000cafe',
      agent: terms.agent,
      progress: terms.progress,
      signal: new AbortController().signal,
      async rawFetch(request) {
        sent.push(await sentOf(request))
        return answer(sent.at(-1) as Sent, sent.length)
      },
      now: () => terms.now ?? Date.UTC(2026, 10, 23, 9),
      beforeEffect: async () => undefined,
      remember: async (progress) => void remembered.push(progress),
      media: async () => terms.media ?? [],
      replaceCredential: async (credential) => void stored.push(credential),
      patchSettings: async () => undefined,
      conversations: async () => [],
    })
  function actionOf(id: string) {
    const action = provider.actions[id]
    if (!action) throw new Error(`no action ${id}`)
    return action
  }
  return {
    sent,
    remembered,
    stored,
    check: () => provider.check.run(make('safe').call as never),
    async run(id: string, input: unknown): Promise<unknown> {
      const action = actionOf(id)
      return action.output.parse(await action.run(action.input.parse(input), make(action.repeat).call as never))
    },
    find: (id: string, input: unknown, since: number) =>
      actionOf(id).find?.(actionOf(id).input.parse(input), make('safe').call as never, since),
    async failureOf(id: string, input: unknown): Promise<Failure | undefined> {
      const action = actionOf(id)
      const { call, exchange } = make(action.repeat)
      try {
        await action.run(action.input.parse(input), call as never)
        return undefined
      } catch (error) {
        return callFailure(error, exchange, action.repeat)
      }
    },
  }
}
