/** Errors in the shape that Meta's APIs share (Facebook, Instagram, Threads). */
import { z } from 'zod'
import { type Failure, type FailureKind, failed } from '#shared/failure'
import type { Answer } from './define.ts'

const Body = z.object({
  error: z.object({
    message: z.string().default(''),
    code: z.number().optional(),
    error_subcode: z.number().optional(),
    error_user_msg: z.string().optional(),
    fbtrace_id: z.string().optional(),
    is_transient: z.boolean().optional(),
  }),
})

type Told = z.infer<typeof Body>['error']

interface Meaning {
  kind: FailureKind
  told: string
}

const again: Meaning = { kind: 'rate_limited', told: 'asks to wait: too many requests.' }

const meanings: Readonly<Record<number, Meaning>> = {
  4: again,
  17: again,
  32: again,
  341: again,
  613: again,
  80001: again,
  80002: again,
  9: { kind: 'quota', told: 'has reached the number of posts it takes in a day from this account.' },
  190: { kind: 'unauthorized', told: 'has ended this sign-in. Sign in again under Access.' },
  102: { kind: 'unauthorized', told: 'has ended this sign-in. Sign in again under Access.' },
  10: {
    kind: 'forbidden',
    told: 'has not granted a permission this needs. Sign in again and allow it; without review only people with a role in your app may.',
  },
  368: {
    kind: 'rejected',
    told: 'has blocked this account from posting because of its rules. Stop posting and look at the account.',
  },
  506: { kind: 'conflict', told: 'refuses a post that equals a recent one.' },
  100: { kind: 'rejected', told: 'refused the request.' },
  24: { kind: 'rejected', told: 'refused the picture or video.' },
  36003: { kind: 'rejected', told: 'does not take the shape of this picture.' },
  2207042: { kind: 'quota', told: 'has reached the number of posts it takes in a day from this account.' },
}

function meaningOf({ code = 0, error_subcode: sub }: Told): Meaning | undefined {
  if (sub !== undefined && meanings[sub]) return meanings[sub]
  if (code >= 200 && code < 300) return meanings[10]
  return meanings[code]
}

const defaultWaitMs = 300_000

/**
 * Judges an answer of one of Meta's APIs; undefined for an answer that is not in that shape.
 *
 * @see https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
export function metaFailure({ status, body }: Answer, name: string): Failure | undefined {
  const parsed = Body.safeParse(body)
  if (status < 400 || !parsed.success) return undefined
  const { error } = parsed.data
  const meaning = meaningOf(error)
  if (!meaning) return undefined
  const says = error.error_user_msg ?? error.message
  const code = [error.code, error.error_subcode, error.fbtrace_id].filter((part) => part !== undefined).join('/')
  const wait = meaning.kind === 'rate_limited' ? { retryAfterMs: defaultWaitMs } : {}
  return failed(meaning.kind, `${name} ${meaning.told} It says: ${says.slice(0, 300)}`, { code, ...wait }).failure
}
