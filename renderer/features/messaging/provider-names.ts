/** Providers by the names people know them by. */
import { useQuery } from '@tanstack/react-query'
import { api } from '../../query.ts'
import type { NameOf } from './ladder.ts'

/** Mail belongs to no provider until one carries it. */
const ownNames: Readonly<Record<string, string>> = { email: 'E-mail' }

export function useNameOf(): NameOf {
  const { data } = useQuery(api.providers.list.queryOptions({ input: {} }))
  return (id) => data?.items.find((provider) => provider.id === id)?.name ?? ownNames[id] ?? id
}
