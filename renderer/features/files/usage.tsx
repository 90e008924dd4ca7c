/** What the tenant stores, against its quota where it has one. */
import { Group, Progress, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../query.ts'
import { toSize } from './sizes.ts'

export function Usage() {
  const { data } = useQuery(api.files.usage.queryOptions({ input: {} }))
  if (!data) return null
  const { files, bytes, quotaBytes, complete } = data
  const count = `${files} ${files === 1 ? 'file' : 'files'}`
  const sum = `${complete ? '' : 'More than '}${toSize(bytes)}`
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="xs" c="dimmed">
        {count}, {sum}
        {quotaBytes === null ? '' : ` of ${toSize(quotaBytes)}`}
      </Text>
      {quotaBytes === null ? null : (
        <Progress w={120} value={Math.min(100, (bytes / quotaBytes) * 100)} aria-label="Share of the quota" />
      )}
    </Group>
  )
}
