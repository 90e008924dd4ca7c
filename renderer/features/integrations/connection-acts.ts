/** What an operator can do with a connection beside saving it. */
import { useMutation } from '@tanstack/react-query'
import type { Connection } from '#shared/contract/connections'
import type { Provider } from '#shared/contract/providers'
import { api, queryClient } from '../../query.ts'
import { confirm } from '../../ui/confirm.tsx'
import { blastRadius } from './rows.ts'

/** Puts an answer on screen at once; the list follows with the news. */
export function showConnection(connection: Connection): void {
  queryClient.setQueryData(api.connections.get.queryKey({ input: { provider: connection.provider } }), connection)
  void queryClient.invalidateQueries({ queryKey: api.connections.list.key() })
}

export function useConnectionActs(provider: Provider, connection: Connection) {
  const check = useMutation(api.connections.check.mutationOptions({ onSuccess: showConnection }))
  const remove = useMutation(
    api.connections.remove.mutationOptions({
      onSuccess: () => void queryClient.invalidateQueries({ queryKey: api.connections.key() }),
    }),
  )

  async function disconnect(): Promise<void> {
    const stops = blastRadius(connection)
    const yes = await confirm({
      title: `Disconnect ${provider.name}?`,
      consequence: `${stops ? `This stops ${stops}. ` : 'Nothing uses it now. '}The credential is deleted here, and revoked at ${provider.name} where that is possible.`,
      action: `Disconnect ${provider.name}`,
      danger: true,
    })
    if (yes) remove.mutate({ provider: provider.id })
  }

  return { check, remove, disconnect }
}
