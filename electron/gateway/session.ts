/** Signing a browser in and out: a one-time code for a cookie that no script can read. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { failed, invalidInput } from '#shared/failure'
import { spans } from '#shared/time'
import type { Access } from '../engine/access/access.ts'
import { ask } from '../engine/limits/gcra.ts'
import { readSmallJson, sendFailure, sendJson, sendMethodRefused } from './answers.ts'
import { cookieOf, sessionCookie } from './doorkeeper.ts'

export interface SessionDeps {
  access: Access
  now(): number
  onSignedOut(): void
}

const SignIn = z.strictObject({ code: z.string().min(1).max(200) })
const thirtyDays = (30 * spans.day) / spans.second

/** Wrong codes: one a second, in bursts of 20. Guessing 256 bits is hopeless anyway; this keeps it cheap. */
const wrongCodes = { count: 60, perMs: spans.minute, burst: 20 }

function cookie(value: string, maxAge: number): Record<string, string> {
  return { 'set-cookie': `${sessionCookie}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAge}` }
}

/** No form of another page can send this header. */
function requireOwnPage({ headers }: IncomingMessage, what: string): void {
  if (headers['x-atlas'] !== '1') throw failed('forbidden', `${what} from the page of Atlas UX.`)
}

export function createSessionRoute({ access, now, onSignedOut }: SessionDeps) {
  let wrongTat = 0

  function refuseGuessing(): void {
    const { allowed, freeAt } = ask(wrongTat, wrongCodes, now())
    if (allowed) return
    const retryAfterMs = Math.max(1, Math.ceil(freeAt - now()))
    throw failed('rate_limited', 'Too many wrong sign-in links; wait a moment.', { retryAfterMs })
  }

  async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requireOwnPage(request, 'Sign in')
    refuseGuessing()
    const parsed = SignIn.safeParse(await readSmallJson(request, 1_000))
    if (!parsed.success) throw invalidInput(parsed.error)
    const secret = await access.signIn(parsed.data.code)
    if (!secret) {
      wrongTat = ask(wrongTat, wrongCodes, now()).tat
      throw failed('unauthorized', 'This link was used before or is too old. Run "npm run atlas -- sign-in" for another.')
    }
    sendJson(response, 200, { operator: true }, cookie(secret, thirtyDays))
  }

  async function signOut(request: IncomingMessage, response: ServerResponse, held: string): Promise<void> {
    requireOwnPage(request, 'Sign out')
    await access.signOut(held)
    onSignedOut()
    sendJson(response, 200, { operator: false }, cookie('', 0))
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method } = request
    if (method === 'POST') return signIn(request, response)
    if (method !== 'GET' && method !== 'DELETE') return sendMethodRefused(response, method, ['GET', 'POST', 'DELETE'])
    const held = cookieOf(request)
    if (held === undefined || !access.session(held)) {
      sendFailure(response, failed('unauthorized', 'Nobody is signed in here.').failure)
      return
    }
    if (method === 'DELETE') return signOut(request, response, held)
    // The session was prolonged by this use, and the cookie goes with it.
    sendJson(response, 200, { operator: true }, cookie(held, thirtyDays))
  }
}
