/** What Meta's stand-ins share: its shape of errors, containers that take a moment, and permalinks. */
import type { SandboxContext, SandboxResponse } from './define.ts'

export function metaError(status: number, code: number, message: string, subcode?: number): SandboxResponse {
  const error = {
    message,
    type: 'OAuthException',
    code,
    fbtrace_id: 'ADemoTrace',
    ...(subcode ? { error_subcode: subcode } : {}),
  }
  return { status, body: { error } }
}

/** How Meta words the common refusals. */
export function metaErrorBody(status: number, reason: string): { body: unknown; status?: number } {
  const codes: Readonly<Record<number, number>> = { 401: 190, 403: 10, 500: 2, 503: 2 }
  const code = codes[status]
  return {
    body: {
      error: { message: reason, type: 'OAuthException', ...(code === undefined ? {} : { code }), fbtrace_id: 'ADemoTrace' },
    },
  }
}

/** A container: what it holds, and whether its media were asked after once already. */
export interface Container {
  text: string
  slow: boolean
  asked: boolean
}

export function keepContainer(context: SandboxContext, id: string, container: Container): void {
  context.keep(`container ${id}`, { status: 200, body: container })
}

export function containerOf(context: SandboxContext, id: string): Container | undefined {
  return context.recall(`container ${id}`)?.body as Container | undefined
}

/** Media are fetched while nobody looks: the first question finds them in progress. */
export function containerState(context: SandboxContext, id: string): 'IN_PROGRESS' | 'FINISHED' | undefined {
  const container = containerOf(context, id)
  if (!container) return undefined
  if (!container.slow || container.asked) return 'FINISHED'
  keepContainer(context, id, { ...container, asked: true })
  return 'IN_PROGRESS'
}
