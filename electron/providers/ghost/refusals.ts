/** What Ghost's refusals mean: a list of errors, each with a type, a message and sometimes a code and a context. */
import { z } from 'zod'
import { type Failure, type FailureAction, type FailureKind, failed } from '#shared/failure'
import type { Answer } from '../../kit/define.ts'

const Refused = z.object({
  errors: z
    .array(
      z.object({
        type: z.string().nullish(),
        code: z.string().nullish(),
        message: z.string().nullish(),
        context: z.string().nullish(),
        property: z.string().nullish(),
      }),
    )
    .min(1),
})

interface Refusal {
  kind: FailureKind
  told: string
  action?: FailureAction
}

const newKey: FailureAction = {
  label: 'Copy the key again',
  href: 'https://ghost.org/docs/admin-api/#token-authentication',
  steps: [
    'Open Settings → Integrations in Ghost and choose the custom integration, or add one',
    'Copy its Admin API key, not the Content API key, and paste it here',
  ],
}

const badKey: Refusal = { kind: 'unauthorized', told: 'Ghost does not accept the Admin API key.', action: newKey }

const clock: Refusal = {
  kind: 'unauthorized',
  told: 'Ghost refused the token as too old or from the future: the clocks of this machine and of the site differ by minutes. Set the clock of this machine by the network; if it is right, the clock of the server is wrong.',
}

const hostLimit: Refusal = {
  kind: 'quota',
  told: 'The plan of this Ghost site does not allow it.',
  action: { label: 'See the plan', steps: ['Open Settings → Ghost(Pro) in Ghost, or ask whoever hosts the site'] },
}

const byType: Readonly<Record<string, Refusal>> = {
  UnauthorizedError: badKey,
  NoPermissionError: {
    kind: 'forbidden',
    told: 'This integration may not do that. A custom integration with its Admin API key may.',
    action: newKey,
  },
  HostLimitError: hostLimit,
  ValidationError: { kind: 'rejected', told: 'Ghost refused the article.' },
  BadRequestError: { kind: 'rejected', told: 'Ghost refused the request.' },
  UpdateCollisionError: { kind: 'conflict', told: 'Somebody is changing the same article in Ghost.' },
  RequestNotAcceptableError: {
    kind: 'unsupported',
    told: 'This Ghost is older than the API version asked for. Set API version to v5.0 on the connection, or update Ghost.',
    action: { label: 'Change the API version', href: '/integrations/ghost' },
  },
  UnsupportedMediaTypeError: { kind: 'rejected', told: 'Ghost does not take this kind of file.' },
}

/** How Ghost tells a token that is not valid yet or no more. */
const aboutTime = /maxAge|jwt expired|jwt not active|iat/i

function refusalOf(type: string, status: number, said: string): Refusal | undefined {
  if (type === 'UnauthorizedError' && aboutTime.test(said)) return clock
  if (Object.hasOwn(byType, type)) return byType[type]
  return status === 422 || status === 400 ? byType.ValidationError : undefined
}

export function rejects({ status, body }: Answer): Failure | undefined {
  const parsed = Refused.safeParse(body)
  if (status < 400 || status >= 500 || !parsed.success) return undefined
  const [first] = parsed.data.errors
  const { type, code, message, context, property } = first ?? {}
  const said = [message, context].filter(Boolean).join(' ').slice(0, 300)
  const refusal = refusalOf(type ?? '', status, `${code ?? ''} ${said}`)
  if (!refusal) return undefined
  const says = said === '' ? '' : ` Ghost says: ${said}`
  return failed(refusal.kind, `${refusal.told}${says}`, {
    code: code || type || `${status}`,
    ...(refusal.action ? { action: refusal.action } : {}),
    ...(property ? { fields: [{ path: property, message: said }] } : {}),
  }).failure
}
