/** The one client of the engine, typed by the contract. Tenants, reconnects and sign-in are settled here, once. */
import { createORPCClient, ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '#shared/contract/contract'
import { AppError, Failure } from '#shared/failure'
import { createLink } from './link.ts'
import { useLinkState } from './stores/link-state.ts'
import { useSession } from './stores/session.ts'
import { type CallContext, inDesktop, openPort, openSocket } from './wires.ts'

/** Every procedure of the contract, callable. */
export type AtlasClient = ContractRouterClient<Contract, CallContext>

function toHeaders(context: CallContext): Record<string, string> {
  const tenantId = context.tenantId ?? useSession.getState().tenantId
  return tenantId ? { 'x-tenant-id': tenantId } : {}
}

const { link, reconnect } = createLink<CallContext>({
  open: () => (inDesktop ? openPort(toHeaders) : openSocket(toHeaders)),
  onStatus: (status) => useLinkState.getState().move(status),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  patienceMs: 5_000,
})

/** The client. */
export const client: AtlasClient = createORPCClient(link)

/** Trades the code of a one-time sign-in link for the session cookie; false when it was refused. */
export async function signIn(code: string): Promise<boolean> {
  const answer = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-atlas': '1' },
    body: JSON.stringify({ code }),
  })
  if (answer.ok) reconnect()
  return answer.ok
}

/** Tries to connect again, for instance after the operator signed in elsewhere. */
export const retryLink = reconnect

/** The failure inside anything a call threw. What says nothing of itself is told as a broken link or a defect. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AppError) return error.failure
  const told = error instanceof ORPCError ? Failure.safeParse(error.data) : undefined
  if (told?.success) return told.data
  if (error instanceof ORPCError)
    return { kind: 'unexpected', message: `Atlas UX refused the call: ${error.message}`, code: error.code }
  return { kind: 'unexpected', message: 'This screen broke while asking Atlas UX. Reload it; if it happens again, report it.' }
}
