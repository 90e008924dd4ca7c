/** Which methods a REST path has, so that a wrong one is told apart from a path that does not exist. */
import { isContractProcedure } from '@orpc/contract'
import { contract } from '#shared/contract/contract'

interface Route {
  method: string
  parts: readonly string[]
}

/** Served beside the contract. */
const besides: readonly Route[] = [
  { method: 'GET', parts: ['openapi.json'] },
  { method: 'GET', parts: ['audit', 'export'] },
  { method: 'GET', parts: ['metrics'] },
]

function toRoutes(procedure: unknown): Route[] {
  if (!isContractProcedure(procedure)) return []
  const { method = 'POST', path = '' } = procedure['~orpc'].route
  return [{ method, parts: path.split('/').slice(1) }]
}

const routes: readonly Route[] = [
  ...besides,
  ...Object.values(contract).flatMap((area) => Object.values(area).flatMap((procedure: unknown) => toRoutes(procedure))),
]

/** Methods of a path below `/v1`; none when there is no such path. */
export function allowedMethods(path: string): string[] {
  const given = path.split('/').slice(1)
  const matches = ({ parts }: Route) =>
    parts.length === given.length && parts.every((part, at) => part.startsWith('{') || part === given[at])
  return [...new Set(routes.filter(matches).map(({ method }) => method))]
}
