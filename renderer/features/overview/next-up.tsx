/** What happens next by itself: the next scheduled run, told as a sentence. */
import { Text } from '@mantine/core'
import { When } from '../../ui/when.tsx'
import { useComing } from './use-coming.ts'

export function NextUp() {
  const [next] = useComing().coming
  if (!next) return <Text span>Nothing is planned.</Text>
  return (
    <Text span>
      Next: {next.title}, <When at={next.at} />.
    </Text>
  )
}
