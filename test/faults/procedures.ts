/** Every procedure of the contract, as a stranger at the port meets it. */
import { type AnyContractProcedure, isContractProcedure } from '@orpc/contract'
import type { z } from 'zod'
import { contract } from '#shared/contract/contract'

export interface Procedure {
  area: string
  name: string
  method: string
  path: string
  schema: z.ZodType
}

export const procedures: readonly Procedure[] = Object.entries(contract).flatMap(([area, list]) =>
  Object.entries(list as Record<string, AnyContractProcedure>).flatMap(([name, each]): Procedure[] => {
    if (!isContractProcedure(each)) return []
    const { route, inputSchema } = each['~orpc']
    return [{ area, name, method: route.method ?? 'POST', path: route.path ?? '', schema: inputSchema as z.ZodType }]
  }),
)
