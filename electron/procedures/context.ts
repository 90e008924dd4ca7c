/** What every call carries, whichever way it came. */
import type { Authority } from '../engine/access/access.ts'

export interface CallContext {
  caller: Authority
  /** The tenant that the call names (`X-Tenant-Id`). */
  tenantHeader: string | undefined
}

/** The part of a carrier's request that is read here. */
interface Carried<R, C extends CallContext> {
  request: { headers: Readonly<Record<string, string | readonly string[] | undefined>> }
  context: C
  next(options?: { context: C; request: never; prefix?: never }): R
}

/** Takes the tenant of one call from its own header: over a socket or a port every call names its own. */
export function withTenantHeader<R, C extends CallContext>(options: Carried<R, C>): R {
  const header = options.request.headers['x-tenant-id']
  const tenantHeader = typeof header === 'string' ? header : header?.[0]
  const { next, ...rest } = options
  return next({ ...rest, context: { ...options.context, tenantHeader } } as never)
}
