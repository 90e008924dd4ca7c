/** Asks which platforms there are and how each stands, and shows what is made of them. */
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../../query.ts'
import { QueryState } from '../../ui/query-state.tsx'
import { type PlatformWay, platformWays } from './ways.ts'

export function WithWays({ children }: { children: (ways: readonly PlatformWay[]) => ReactNode }) {
  const providers = useQuery(api.providers.list.queryOptions({ input: {} }))
  const connections = useQuery(api.connections.list.queryOptions({ input: {} }))
  return (
    <QueryState query={providers} rows={5}>
      {({ items: catalogue }) => (
        <QueryState query={connections} rows={5}>
          {({ items }) => children(platformWays(catalogue, items))}
        </QueryState>
      )}
    </QueryState>
  )
}
