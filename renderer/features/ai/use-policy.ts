/** The policy of the tenant on screen, and changing it. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { api, queryClient } from '../../query.ts'

export function usePolicy() {
  const query = useQuery(api.ai.policy.queryOptions({ input: {} }))
  const update = useMutation(
    api.ai.putPolicy.mutationOptions({
      onSuccess: (policy) => queryClient.setQueryData(api.ai.policy.queryKey({ input: {} }), policy),
    }),
  )
  return { query, update }
}
export type PolicyUpdate = ReturnType<typeof usePolicy>['update']
