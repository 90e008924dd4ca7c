/** Settings of the tenant on screen, and changing them. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { api, queryClient } from '../../query.ts'

export function useTenantSettings() {
  const query = useQuery(api.system.settings.queryOptions({ input: {} }))
  const update = useMutation(
    api.system.updateSettings.mutationOptions({
      onSuccess: (settings) => queryClient.setQueryData(api.system.settings.queryKey({ input: {} }), settings),
    }),
  )
  return { query, update }
}
