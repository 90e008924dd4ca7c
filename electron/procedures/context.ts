/** What every call carries, whichever way it came. */
import type { Actor } from '../engine/engine.ts'

/** Who asks, and for which tenant alone; null means every tenant. */
export interface Caller {
  actor: Actor
  tenantId: string | null
}

export interface CallContext {
  caller: Caller
  /** The tenant that the call names (`X-Tenant-Id`). */
  tenantHeader: string | undefined
}

/** The part of a carrier's request that is read here. */
interface Carried<R> {
  request: { headers: Readonly<Record<string, string | readonly string[] | undefined>> }
  context: CallContext
  next(options?: { context: CallContext; request: never; prefix?: never }): R
}

/** Takes the tenant of one call from its own header: over a socket or a port every call names its own. */
export function withTenantHeader<R>(options: Carried<R>): R {
  const header = options.request.headers['x-tenant-id']
  const tenantHeader = typeof header === 'string' ? header : header?.[0]
  const { next, ...rest } = options
  return next({ ...rest, context: { ...options.context, tenantHeader } } as never)
}
