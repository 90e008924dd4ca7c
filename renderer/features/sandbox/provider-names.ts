/** Names of providers, from the catalogue. */
import { useQuery } from '@tanstack/react-query'
import { api } from '../../query.ts'

/** Tells a provider's name; its id until the catalogue has come. */
export function useProviderName(): (id: string) => string {
  const catalogue = useQuery(api.providers.list.queryOptions({ input: {} }))
  return (id) => catalogue.data?.items.find((provider) => provider.id === id)?.name ?? id
}
