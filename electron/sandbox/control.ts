/** The control surface of the stand-ins over HTTP, for whoever runs them in a process of their own. */
import { z } from 'zod'
import { AppError, failureKinds, invalidInput } from '#shared/failure'
import type { PretendedPress, SandboxRequest, SandboxResponse } from './define.ts'
import type { Faults } from './faults.ts'
import { jsonAnswer } from './http.ts'
import type { Ledger } from './ledger.ts'

export interface ControlDeps {
  ledger: Ledger
  faults: Faults
  receive(provider: string, from: string, text: string): void
  press(order: PretendedPress): void
}

const SetFault = z.strictObject({
  provider: z.string(),
  fault: z.string(),
  active: z.boolean(),
  count: z.int().min(1).optional(),
})
const Receive = z.strictObject({ provider: z.string(), from: z.string().min(1), text: z.string().min(1) })
const Press = z.strictObject({
  provider: z.string(),
  messageId: z.string().min(1),
  data: z.string().min(1),
  from: z.string().min(1),
})
const Inbox = z.strictObject({ provider: z.string().optional(), limit: z.coerce.number().int().min(1).optional() })
const Requests = z.strictObject({ provider: z.string().optional() })

function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw invalidInput(parsed.error)
  return parsed.data
}

export function createControl({ ledger, faults, receive, press }: ControlDeps) {
  const routes: Readonly<Record<string, (request: SandboxRequest) => unknown>> = {
    'GET /faults': () => ({ items: faults.list() }),
    'PUT /faults': ({ body }) => {
      const { provider, fault, active, count } = parse(SetFault, body)
      faults.set(provider, fault, active, count)
      return { items: faults.list() }
    },
    'GET /inbox': ({ query }) => ({ items: ledger.inbox(parse(Inbox, Object.fromEntries(query))) }),
    'GET /requests': ({ query }) => ({ items: ledger.requests(parse(Requests, Object.fromEntries(query)).provider) }),
    'POST /receive': ({ body }) => {
      const { provider, from, text } = parse(Receive, body)
      receive(provider, from, text)
      return { accepted: true }
    },
    'POST /press': ({ body }) => {
      press(parse(Press, body))
      return { accepted: true }
    },
  }

  /** A page in a browser announces its origin; only programs of this machine may steer. */
  return (request: SandboxRequest): SandboxResponse => {
    const route = routes[`${request.method} ${request.path}`]
    if (!route) return jsonAnswer(404, { error: 'The control surface has no such route.' })
    if (request.headers.has('origin')) return jsonAnswer(403, { error: 'No page may steer the stand-ins.' })
    try {
      return jsonAnswer(200, route(request))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return jsonAnswer(failureKinds[error.failure.kind].status, { error: error.failure })
    }
  }
}
