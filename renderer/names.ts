/** Providers and agents by the names people know them by; the id until they are known. */
import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { api } from './query.ts'

/** Tells a name by an id. */
export type NameOf = (id: string) => string

/** Mail belongs to no provider until one carries it. */
const ownNames: Readonly<Record<string, string>> = { email: 'E-mail' }

/** Names of providers, from the catalogue. */
export function useProviderName(): NameOf {
  const { data } = useQuery(api.providers.list.queryOptions({ input: {} }))
  return useCallback((id) => data?.items.find((provider) => provider.id === id)?.name ?? ownNames[id] ?? id, [data])
}

/** Names of the tenant's agents. */
export function useAgentName(): NameOf {
  const { data } = useQuery(api.agents.list.queryOptions({ input: {} }))
  return useCallback((id) => data?.items.find((agent) => agent.id === id)?.name ?? id, [data])
}
