/** For the tests of this folder: the provider on a wire whose answers a test gives, and what went over it. */
import { expect } from 'vitest'
import type { Failure } from '#shared/failure'
import type { Repeat } from '#shared/job'
import { callFailure, makeCall } from '../../kit/make-call.ts'
import { telegram } from './manifest.ts'

export const botToken = '123456:canary-token_ABC'

export interface Seen {
  method: string
  url: string
  headers: Headers
  json: Record<string, unknown>
}

interface More {
  settings?: Record<string, unknown>
  progress?: unknown
}

export const ok = (result: unknown) => () => Promise.resolve(Response.json({ ok: true, result }))
export const message = (id: number) => ok({ message_id: id, chat: { id: 42, type: 'private' }, date: 1 })
export const refused = (status: number, description: string, parameters?: object) => () =>
  Promise.resolve(
    Response.json({ ok: false, error_code: status, description, ...(parameters ? { parameters } : {}) }, { status }),
  )

export function world(answers: readonly (() => Promise<Response>)[], more: More = {}) {
  const seen: Seen[] = []
  const remembered: unknown[] = []
  const patches: unknown[] = []
  const make = (repeat: Repeat) =>
    makeCall({
      provider: telegram,
      credential: { botToken },
      settings: telegram.settings.parse(more.settings ?? {}) as unknown as Record<string, unknown>,
      repeat,
      key: 'job-1',
      progress: more.progress,
      signal: new AbortController().signal,
      async rawFetch(request) {
        const json = JSON.parse(await request.text()) as Record<string, unknown>
        const answer = answers[Math.min(seen.length, answers.length - 1)]
        seen.push({ method: request.method, url: request.url, headers: request.headers, json })
        return answer ? await answer() : Response.json({}, { status: 404 })
      },
      now: () => 0,
      beforeEffect: async () => undefined,
      remember: async (progress) => {
        remembered.push(progress)
      },
      replaceCredential: async () => undefined,
      patchSettings: async (patch) => {
        patches.push(patch)
      },
      conversations: async () => [{ externalId: '42', title: 'Ada', kind: 'chat' }],
    })
  function actionOf(id: string) {
    const action = telegram.actions[id]
    if (!action) throw new Error(`no action ${id}`)
    return action
  }
  async function run(id: string, input: unknown): Promise<unknown> {
    const action = actionOf(id)
    const { call } = make(action.repeat)
    return action.output.parse(await action.run(action.input.parse(input), call as never))
  }
  function failureOf(id: string, input: unknown): Promise<Failure> {
    const action = actionOf(id)
    const { call, exchange } = make(action.repeat)
    return action.run(action.input.parse(input), call as never).then(
      (output) => expect.fail(`it went through: ${JSON.stringify(output)}`),
      (error: unknown) => callFailure(error, exchange, action.repeat),
    )
  }
  return { seen, remembered, patches, run, failureOf, call: () => make('safe').call as never }
}
