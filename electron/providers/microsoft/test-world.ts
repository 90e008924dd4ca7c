/** For the tests of this folder: the provider on a wire whose answers a test gives, and what went over it. */
import { expect } from 'vitest'
import { AppError, type Failure } from '#shared/failure'
import type { Repeat } from '#shared/job'
import type { CallAgent } from '../../kit/call.ts'
import { callFailure, makeCall } from '../../kit/make-call.ts'
import { microsoft } from './manifest.ts'

const nowMs = Date.parse('2026-11-23T08:00:00Z')
export const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
export const jwt = (claims: object) => `${encode({ alg: 'none' })}.${encode(claims)}.sig`
export const appJwt = (roles: string[]) => jwt({ idtyp: 'app', roles, tid: 't', oid: 'app' })
export const exp = nowMs / 1_000 + 3_600
export const personJwt = (scp: string) => jwt({ idtyp: 'user', scp, oid: 'p1', tid: 't', upn: 'operator@demo.example', exp })
export const posting = 'ChannelMessage.Send Team.ReadBasic.All Channel.ReadBasic.All User.Read'

export const ids = { tenantId: 'contoso.example', clientId: 'client-1' }
let secretNumber = 0
/** Tokens are held by what they were got with, so every use has a secret of its own. */
export function appOnly() {
  secretNumber += 1
  return { ...ids, clientSecret: `secret-${secretNumber}` }
}
export const signedIn = (scp = posting) => ({ ...ids, accessToken: personJwt(scp) })

export interface Seen {
  method: string
  url: string
  headers: Headers
  body: string
  json: unknown
}
export type Answering = (seen: Seen) => Response | undefined | Promise<Response | undefined>

export const json = (body: unknown, status = 200) => Response.json(body, { status })
export const accepted = () => new Response(null, { status: 202, headers: { 'request-id': 'req-1' } })
export const token = (roles = ['Mail.Send']) => json({ token_type: 'Bearer', expires_in: 3_599, access_token: appJwt(roles) })
export const graphError = (status: number, code: string, message: string) =>
  json({ error: { code, message, innerError: { 'request-id': 'req-9' } } }, status)

interface More {
  agent?: CallAgent
  settings?: Record<string, unknown>
  signal?: AbortSignal
}

function parseJson(text: string): unknown {
  return text.startsWith('{') ? JSON.parse(text) : undefined
}

export function world(credential: Record<string, unknown>, answer: Answering, more: More = {}) {
  const seen: Seen[] = []
  const stored: unknown[] = []
  const make = (repeat: Repeat) =>
    makeCall({
      provider: microsoft,
      credential,
      settings: microsoft.settings.parse(more.settings ?? {}) as unknown as Record<string, unknown>,
      agent: more.agent,
      repeat,
      key: 'job-1',
      signal: more.signal ?? new AbortController().signal,
      async rawFetch(request) {
        const body = await request.clone().text()
        const one = { method: request.method, url: request.url, headers: request.headers, body, json: parseJson(body) }
        seen.push(one)
        return (await answer(one)) ?? (one.url.includes('/oauth2/') ? token() : json({}, 404))
      },
      now: () => nowMs,
      beforeEffect: async () => undefined,
      remember: async () => undefined,
      replaceCredential: async (renewed) => {
        stored.push(renewed)
      },
      patchSettings: async () => undefined,
      conversations: async () => [],
    })
  function actionOf(id: string) {
    const action = microsoft.actions[id]
    if (!action) throw new Error(`no action ${id}`)
    return action
  }
  async function run(id: string, input: unknown): Promise<unknown> {
    const action = actionOf(id)
    const { call } = make(action.repeat)
    const refusal = action.refuses?.(call.credential as never, call.settings as never)
    if (refusal) throw new AppError(refusal)
    return action.output.parse(await action.run(action.input.parse(input), call as never))
  }
  async function failureOf(id: string, input: unknown): Promise<Failure> {
    const action = actionOf(id)
    const { call, exchange } = make(action.repeat)
    const refusal = action.refuses?.(call.credential as never, call.settings as never)
    if (refusal) return refusal
    return action.run(action.input.parse(input), call as never).then(
      (output) => expect.fail(`it was sent: ${JSON.stringify(output)}`),
      (error: unknown) => callFailure(error, exchange, action.repeat),
    )
  }
  const check = () => microsoft.check.run(make('safe').call as never)
  const sent = () => seen.filter(({ url }) => !url.includes('/oauth2/'))
  return { seen, sent, stored, run, failureOf, check, call: () => make('safe').call }
}

export const letter = { to: 'a@b.example', subject: 'Hello', text: 'Good morning' }
export const post = { teamId: 'team-1', channelId: '19:abc@thread.tacv2', text: '<b>1 < 2</b>' }
export const posted = () => json({ id: '1616990032035', webUrl: 'https://teams.microsoft.com/l/message/1' }, 201)
