/** Decides, and asks again for what that changed; a decision that somebody else took first is told, not lost. */
import { useMutation } from '@tanstack/react-query'
import { api, queryClient } from '../../query.ts'

export function useDecision() {
  const refresh = () => {
    void queryClient.invalidateQueries({ queryKey: api.approvals.key() })
    void queryClient.invalidateQueries({ queryKey: api.agents.key() })
  }
  const decide = useMutation(api.approvals.decide.mutationOptions({ onSettled: refresh }))
  const bulk = useMutation(api.approvals.bulk.mutationOptions({ onSettled: refresh }))
  return { decide, bulk, error: decide.error ?? bulk.error, busy: decide.isPending || bulk.isPending }
}
