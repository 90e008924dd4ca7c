/** What every area of the contract shares: ids, pages, and the base procedure. */
import { oc } from '@orpc/contract'
import { z } from 'zod'

/** The base of every procedure. Failures travel as `{ error: Failure }` with the status of their kind. */
export const procedure = oc

/** A tenant's id. */
export const TenantId = z.string().min(1).max(64)
/** A provider's id, as the catalogue lists it. */
export const ProviderId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z][a-z0-9_-]*$/)

/** Paging asked for: the cursor of the last answer, and how many. */
export const PageQuery = { cursor: z.string().min(1).max(500).optional(), limit: z.int().min(1).max(200).optional() }

/** A page of items; `nextCursor` is null on the last one. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

/** A JSON object of unknown shape. */
export const JsonObject = z.record(z.string(), z.json())
