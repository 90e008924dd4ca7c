/** Pictures and videos of a post: taken from the media tray, or put into it here; each with a description. */
import { ActionIcon, Button, FileButton, Group, Input, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { MediaItem } from '#shared/contract/media'
import type { PostMedia } from '#shared/social/post'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import type { ControlProps } from '../../ui/schema-controls.tsx'
import { putIntoTray } from './tray-upload.ts'

export function MediaField({ field, value, onChange, error, disabled }: ControlProps) {
  const chosen = (Array.isArray(value) ? value : []) as PostMedia[]
  const tray = useQuery(api.media.list.queryOptions({ input: { limit: 200 } }))
  const items = tray.data?.items ?? []
  const add = (more: readonly PostMedia[]) => onChange([...chosen, ...more])
  const upload = useMutation({
    mutationFn: (files: readonly File[]) => Promise.all(files.map(putIntoTray)),
    onSuccess: (taken) => {
      add(taken.map(({ id, alt }) => ({ file: id, ...(alt ? { alt } : {}) })))
      void queryClient.invalidateQueries({ queryKey: api.media.key() })
    },
  })
  const change = (at: number, next: PostMedia) => onChange(chosen.map((one, index) => (index === at ? next : one)))
  const left = items.filter(({ id }) => !chosen.some(({ file }) => file === id))
  return (
    <Input.Wrapper label={field.title} error={error} labelElement="div">
      <Stack gap={6} mt={4}>
        {chosen.map((medium, at) => (
          <Medium
            key={medium.file ?? medium.path ?? medium.url}
            medium={medium}
            item={items.find(({ id }) => id === medium.file)}
            onChange={(next) => change(at, next)}
            onRemove={() => onChange(chosen.filter((_, index) => index !== at))}
          />
        ))}
        <Group gap="xs">
          <FileButton multiple accept="image/*,video/*" onChange={(files) => upload.mutate(files)}>
            {(button) => (
              <Button {...button} variant="default" loading={upload.isPending} disabled={disabled === true}>
                Add files
              </Button>
            )}
          </FileButton>
          {left.length > 0 ? (
            <Select
              aria-label="Take from the media tray"
              placeholder="Take from the media tray"
              searchable
              w={240}
              value={null}
              data={left.map(({ id, filename }) => ({ value: id, label: filename }))}
              onChange={(id) => (id ? add([{ file: id }]) : undefined)}
            />
          ) : null}
        </Group>
        {upload.error ? <FailurePanel failure={failureOf(upload.error)} live /> : null}
      </Stack>
    </Input.Wrapper>
  )
}

function factsOf({ contentType, sizeBytes, width, height, seconds }: MediaItem): string {
  const size = `${(sizeBytes / 1_048_576).toLocaleString('en', { maximumFractionDigits: 1 })} MB`
  const shape = width && height ? `${width} × ${height}` : undefined
  return [contentType, size, shape, seconds ? `${Math.round(seconds)} s` : undefined].filter(Boolean).join(' · ')
}

interface MediumProps {
  medium: PostMedia
  item: MediaItem | undefined
  onChange: (next: PostMedia) => void
  onRemove: () => void
}

function Medium({ medium, item, onChange, onRemove }: MediumProps) {
  const name = item?.filename ?? medium.path ?? medium.url ?? medium.file ?? ''
  const { alt: _alt, ...rest } = medium
  return (
    <Group gap={6} wrap="nowrap" align="end">
      <Stack gap={0} flex={1} miw={0}>
        <Text size="sm" truncate>
          {name}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {item ? factsOf(item) : 'Looked at when it is sent'}
        </Text>
      </Stack>
      <TextInput
        flex={1}
        aria-label={`Description of ${name}`}
        placeholder="Description for people who cannot see it"
        value={medium.alt ?? ''}
        onChange={(event) => onChange(event.currentTarget.value ? { ...rest, alt: event.currentTarget.value } : rest)}
      />
      <ActionIcon aria-label={`Remove ${name}`} onClick={onRemove}>
        <IconTrash size={16} stroke={1.5} />
      </ActionIcon>
    </Group>
  )
}
