/** What is being uploaded from this page, each with what was really sent and where its job stands. */
import { ActionIcon, Anchor, Button, Group, Paper, Progress, Stack, Text, Tooltip } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Job } from '#shared/contract/jobs'
import type { Failure } from '#shared/failure'
import { api } from '../../query.ts'
import { useSession } from '../../stores/session.ts'
import { toSize } from './sizes.ts'
import { dismissUpload, sendAgain, type Upload, useUploads } from './uploads.ts'

const words: Readonly<Record<string, string>> = {
  queued: 'Waiting for its turn',
  running: 'On its way to the storage',
  waiting: 'Waits until Supabase is connected',
  succeeded: 'Stored',
  failed: 'Not stored',
  unknown: 'Nobody knows whether it arrived',
  cancelled: 'Cancelled',
}

function standing({ sentBytes, file, failure }: Upload, job: Job | undefined): string {
  if (failure) return failure.message
  if (job) return job.failure?.message ?? job.waitingFor ?? words[job.state] ?? job.state
  return sentBytes === null ? 'Waiting' : `${toSize(sentBytes)} of ${toSize(file.size)} sent`
}

function Row({ upload }: { upload: Upload }) {
  const { id, path, file, sentBytes, jobId } = upload
  const cache = useQueryClient()
  const asked = useQuery({ ...api.jobs.get.queryOptions({ input: { id: jobId ?? '' } }), enabled: jobId !== undefined })
  const job = asked.data
  const stored = job?.state === 'succeeded'
  useEffect(() => {
    if (stored) void cache.invalidateQueries({ queryKey: api.files.key() })
  }, [stored, cache])
  const failure: Failure | undefined = upload.failure ?? (job?.state === 'failed' ? job.failure : undefined)
  const share = file.size === 0 ? 100 : ((sentBytes ?? 0) / file.size) * 100
  return (
    <Group gap="sm" wrap="nowrap" align="center">
      <Stack gap={2} style={{ flex: 1, minWidth: 0 }}>
        <Text size="sm" truncate>
          {path}
        </Text>
        {jobId === undefined && !failure ? <Progress value={share} size="xs" aria-label={`Sent of ${path}`} /> : null}
        <Text size="xs" c={failure ? 'var(--atlas-bad)' : 'dimmed'} role="status">
          {standing(upload, job)}
        </Text>
      </Stack>
      {jobId ? (
        <Anchor href={`#/jobs?id=${jobId}`} size="xs">
          Job
        </Anchor>
      ) : null}
      {failure ? (
        <Button size="compact-xs" variant="default" onClick={() => void sendAgain(upload, failure.kind === 'conflict')}>
          {failure.kind === 'conflict' ? 'Replace' : 'Try again'}
        </Button>
      ) : null}
      <Tooltip label="Take off the list">
        <ActionIcon aria-label={`Take ${path} off the list`} onClick={() => dismissUpload(id)}>
          <IconX size={14} stroke={1.5} />
        </ActionIcon>
      </Tooltip>
    </Group>
  )
}

export function UploadList() {
  const tenantId = useSession((state) => state.tenantId)
  const list = useUploads((state) => state.list).filter((one) => one.tenantId === tenantId)
  if (list.length === 0) return null
  return (
    <Paper withBorder p="sm" mx={20} mb="sm" component="section" aria-label="Uploads">
      <Stack gap="sm" mah={220} style={{ overflow: 'auto' }}>
        {list.map((upload) => (
          <Row key={upload.id} upload={upload} />
        ))}
      </Stack>
    </Paper>
  )
}
