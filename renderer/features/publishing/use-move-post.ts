/** Moves a post; the calendar asks again whatever came of it. */
import { useMutation } from '@tanstack/react-query'
import { api, queryClient } from '../../query.ts'

export function useMovePost() {
  const onSettled = () => {
    void queryClient.invalidateQueries({ queryKey: api.posts.key() })
    void queryClient.invalidateQueries({ queryKey: api.jobs.key() })
  }
  return useMutation(api.posts.move.mutationOptions({ onSettled }))
}
