/** Moves a post; the calendar asks again whatever came of it. */
import { useMutation } from '@tanstack/react-query'
import type { PlannedPost } from '#shared/contract/posts'
import { api, queryClient } from '../../query.ts'

/** The time by which the engine knows that nobody moved the post meanwhile. */
export const timeOf = ({ waitingFor, dueAt, runAt }: PlannedPost) => (waitingFor ? dueAt : runAt)

export function useMovePost() {
  const onSettled = () => {
    void queryClient.invalidateQueries({ queryKey: api.posts.key() })
    void queryClient.invalidateQueries({ queryKey: api.jobs.key() })
  }
  return useMutation(api.posts.move.mutationOptions({ onSettled }))
}
