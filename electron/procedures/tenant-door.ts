/** Which tenant a call is for: the caller's own, else the one it names. Naming another's is refused and told. */
import { failed } from '#shared/failure'
import type { Authority } from '../engine/access/access.ts'
import type { CallContext } from './context.ts'

export type TenantDoor = (context: CallContext) => string

export function createTenantDoor(onForeignTenant: (caller: Authority, tenantId: string) => void): TenantDoor {
  return ({ caller, tenantHeader }) => {
    if (caller.tenantId !== null && tenantHeader !== undefined && tenantHeader !== caller.tenantId) {
      onForeignTenant(caller, tenantHeader)
      throw failed('forbidden', 'This token belongs to another tenant than X-Tenant-Id names.')
    }
    const tenantId = caller.tenantId ?? tenantHeader
    if (tenantId !== undefined && tenantId !== '') return tenantId
    const message = 'must name the tenant'
    throw failed('invalid', 'The header X-Tenant-Id must name the tenant.', { fields: [{ path: 'X-Tenant-Id', message }] })
  }
}
