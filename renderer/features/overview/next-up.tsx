/** What happens next by itself: the next scheduled run, told as a sentence. */
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../query.ts'
import { When } from '../../ui/when.tsx'
import { nextUp } from './coming.ts'

export function NextUp() {
  const jobs = useQuery(api.jobs.list.queryOptions({ input: { state: 'queued', limit: 200 } }))
  const schedules = useQuery(api.schedules.list.queryOptions({ input: {} }))
  const [next] = nextUp(jobs.data?.items ?? [], schedules.data?.items ?? [], Date.now())
  if (!next) return <Text span>Nothing is planned.</Text>
  return (
    <Text span>
      Next: {next.title}, <When at={next.at} />.
    </Text>
  )
}
