/** Signing a browser in and out: a one-time code for a cookie that no script can read. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { failed, invalidInput } from '#shared/failure'
import type { Access } from '../engine/access/access.ts'
import { readSmallJson, sendFailure, sendJson } from './answers.ts'
import { cookieOf, sessionCookie } from './doorkeeper.ts'

const SignIn = z.strictObject({ code: z.string().min(1).max(200) })
const thirtyDays = 30 * 24 * 3_600

function cookie(value: string, maxAge: number): Record<string, string> {
  return { 'set-cookie': `${sessionCookie}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAge}` }
}

export function createSessionRoute(access: Access) {
  async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers['x-atlas'] !== '1') throw failed('forbidden', 'Sign in from the page of Atlas UX.')
    const parsed = SignIn.safeParse(await readSmallJson(request, 1_000))
    if (!parsed.success) throw invalidInput(parsed.error)
    const secret = await access.signIn(parsed.data.code)
    if (!secret)
      throw failed('unauthorized', 'This link was used before or is too old. Run "npm run atlas -- sign-in" for another.')
    sendJson(response, 200, { operator: true }, cookie(secret, thirtyDays))
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('cache-control', 'no-store')
    const held = cookieOf(request)
    if (request.method === 'POST') return signIn(request, response)
    if (held === undefined || !access.session(held)) {
      sendFailure(response, failed('unauthorized', 'Nobody is signed in here.').failure)
      return
    }
    if (request.method === 'DELETE') {
      if (request.headers['x-atlas'] !== '1') throw failed('forbidden', 'Sign out from the page of Atlas UX.')
      await access.signOut(held)
      sendJson(response, 200, { operator: false }, cookie('', 0))
      return
    }
    sendJson(response, 200, { operator: true })
  }
}
