/** Tenants: one organisation each, isolated from every other. */
import { z } from 'zod'
import { Instant } from '#shared/time'
import { pageOf, procedure, TenantId } from './common.ts'

/** A tenant as everybody sees it. `demo` ones reach only the local sandbox. */
export const Tenant = z.object({ id: TenantId, name: z.string(), demo: z.boolean(), createdAt: Instant })
/** A tenant as everybody sees it. */
export type Tenant = z.infer<typeof Tenant>

const Name = z.string().trim().min(1).max(80)

/** Procedures about tenants. */
export const tenants = {
  list: procedure
    .route({ method: 'GET', path: '/tenants', summary: 'List tenants' })
    .input(z.strictObject({}).optional())
    .output(pageOf(Tenant)),
  create: procedure
    .route({ method: 'POST', path: '/tenants', summary: 'Create a tenant', successStatus: 201 })
    .input(z.strictObject({ name: Name }))
    .output(Tenant),
  update: procedure
    .route({ method: 'PATCH', path: '/tenants/{tenantId}', summary: 'Rename a tenant' })
    .input(z.strictObject({ tenantId: TenantId, name: Name }))
    .output(Tenant),
  remove: procedure
    .route({
      method: 'DELETE',
      path: '/tenants/{tenantId}',
      summary: 'Delete a tenant with its connections and jobs; its audit chain stays',
    })
    .input(z.strictObject({ tenantId: TenantId }))
    .output(z.object({ removed: z.boolean() })),
}
