/** A call for tests of rooms: the provider's answers are the test's, and all that was sent is kept. */

import type { Action, AnyProvider } from './define.ts'
import { stillWorking } from './failures.ts'
import { callFailure, makeCall } from './make-call.ts'

/** What the call is made with, where it matters to the test. */
export interface TrialOptions {
  credential?: Record<string, unknown>
  settings?: Record<string, unknown>
  progress?: unknown
  media?: Parameters<typeof makeCall>[0]['media']
}

/** One request as it left. */
export interface Sent {
  method: string
  url: string
  headers: Headers
  text: string
}

/** Runs actions of a provider against answers by `METHOD path`; whatever is not answered fails the test by name. */
export function createTrialCall(
  provider: AnyProvider,
  answers: Readonly<Record<string, (sent: Sent) => Response>>,
  options: TrialOptions = {},
) {
  const sent: Sent[] = []
  const remembered: unknown[] = []
  let progress = options.progress

  async function rawFetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const one = { method: request.method, url: request.url, headers: request.headers, text: await request.text() }
    sent.push(one)
    const answer = answers[`${request.method} ${pathname}`]
    if (!answer) throw new Error(`nobody answers ${request.method} ${pathname}`)
    return answer(one)
  }

  const keep = async (next: unknown) => {
    progress = next
    remembered.push(next)
  }

  /** One attempt; a later one goes on from what this one remembered. */
  async function run(actionId: string, input: unknown): Promise<{ output?: unknown; failure?: ReturnType<typeof callFailure> }> {
    const action = provider.actions[actionId] as Action
    const { call, exchange } = makeCall({
      provider,
      credential: options.credential ?? {},
      settings: provider.settings.parse(options.settings ?? {}) as Record<string, unknown>,
      repeat: action.repeat,
      key: '0190a0b0-0000-7000-8000-000000000001',
      progress,
      signal: new AbortController().signal,
      rawFetch,
      now: () => 1_800_000_000_000,
      ...(options.media ? { media: options.media } : {}),
      beforeEffect: async () => undefined,
      remember: keep,
      accepted: keep,
      replaceCredential: async () => undefined,
      patchSettings: async () => undefined,
      conversations: async () => [],
    })
    try {
      return { output: action.output.parse(await action.run(action.input.parse(input), call)) }
    } catch (error) {
      return { failure: callFailure(error, exchange, action.repeat) }
    }
  }

  /** Bodies of the requests to a path, parsed as JSON. */
  const bodies = (path: string) =>
    sent.filter(({ url }) => new URL(url).pathname === path).map(({ text }) => JSON.parse(text) as unknown)

  return { run, sent, bodies, remembered, isWorking: (failure?: { code?: string | undefined }) => failure?.code === stillWorking }
}
