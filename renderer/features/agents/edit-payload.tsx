/** Changes the words of a payload before it is approved; what changed is shown before it is agreed to. */
import { Button, Group, Stack, Textarea } from '@mantine/core'
import { useState } from 'react'
import { stringsIn, withString } from './payload-strings.ts'
import { WordDiff } from './word-diff.tsx'

export interface EditPayloadProps {
  payload: Record<string, unknown>
  busy: boolean
  onApprove: (edit: never) => void
  onCancel: () => void
}

export function EditPayload({ payload, busy, onApprove, onCancel }: EditPayloadProps) {
  const [edit, setEdit] = useState<unknown>(payload)
  const changed = JSON.stringify(edit) !== JSON.stringify(payload)
  return (
    <Stack gap="sm">
      {stringsIn(edit).map(({ path, text }) => (
        <Textarea
          key={path.join('.')}
          label={path.join('.')}
          value={text}
          onChange={(event) => setEdit(withString(edit, path, event.currentTarget.value))}
          autosize
          minRows={1}
          maxRows={16}
        />
      ))}
      {changed ? <WordDiff before={payload} after={edit} /> : null}
      <Group gap="xs">
        <Button disabled={!changed} loading={busy} onClick={() => onApprove(edit as never)}>
          Approve as edited
        </Button>
        <Button variant="default" onClick={onCancel}>
          Back
        </Button>
      </Group>
    </Stack>
  )
}
