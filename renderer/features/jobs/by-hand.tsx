/** Doing by hand what no API does, or may do yet: copy, open the page, then say where it is. */
import { Anchor, Button, Code, CopyButton, Group, List, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { JobDetail } from '#shared/contract/jobs'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'

const isAddress = (text: string) => URL.canParse(text) && new URL(text).protocol === 'https:'

export function ByHand({ job, assist }: { job: JobDetail; assist: NonNullable<JobDetail['assist']> }) {
  const [url, setUrl] = useState('')
  const onSuccess = () => void queryClient.invalidateQueries({ queryKey: api.jobs.key() })
  const resolve = useMutation(api.jobs.resolve.mutationOptions({ onSuccess }))
  const wrong = url !== '' && !isAddress(url)
  return (
    <Stack gap="xs" component="section" aria-label="Post it by hand">
      <Text fw={600}>{job.reason === 'verification' ? 'You can post it yourself meanwhile' : 'Post it by hand'}</Text>
      <List type="ordered" size="sm">
        {assist.steps.map((step) => (
          <List.Item key={step}>{step}</List.Item>
        ))}
      </List>
      <Code block>{assist.text}</Code>
      <Group gap="xs">
        <CopyButton value={assist.text}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy text'}
            </Button>
          )}
        </CopyButton>
        <Anchor href={assist.page} target="_blank" rel="noreferrer" size="sm">
          Open the page
        </Anchor>
      </Group>
      <TextInput
        label="Address of the post"
        description="Kept as the proof in the audit log. Leave it empty if there is none."
        placeholder="https://"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={wrong ? 'This is not an https address.' : undefined}
      />
      <Group gap="xs">
        <Button
          loading={resolve.isPending}
          disabled={wrong}
          onClick={() => resolve.mutate({ id: job.id, outcome: 'sent', ...(url ? { url } : {}) })}
        >
          I posted it
        </Button>
      </Group>
      {resolve.error ? <FailurePanel failure={failureOf(resolve.error)} live /> : null}
    </Stack>
  )
}
