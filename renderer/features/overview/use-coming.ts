/** What is still to come for the tenant on screen. */
import { useQuery } from '@tanstack/react-query'
import { api } from '../../query.ts'
import { nextUp } from './coming.ts'

export function useComing() {
  const jobs = useQuery(api.jobs.list.queryOptions({ input: { state: 'queued', limit: 200 } }))
  const schedules = useQuery(api.schedules.list.queryOptions({ input: {} }))
  return { jobs, coming: nextUp(jobs.data?.items ?? [], schedules.data?.items ?? [], Date.now()) }
}
