/** One file: what it holds, links to it, another name, and its end. */
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { StoredFile } from '#shared/contract/files'
import { pathFault } from '#shared/storage-path'
import { api } from '../../query.ts'
import { client, failureOf } from '../../rpc.ts'
import { confirm } from '../../ui/confirm.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { When } from '../../ui/when.tsx'
import { Preview } from './preview.tsx'
import { toSize } from './sizes.ts'

const lifetimes = [
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
  { value: '2592000', label: '30 days' },
]

export interface FileDrawerProps {
  file: StoredFile
  onClose: () => void
  onMoved: (path: string) => void
}

function Links({ path }: { path: string }) {
  const [seconds, setSeconds] = useState('3600')
  const link = useMutation({ mutationFn: () => client.files.url({ path, expiresIn: Number(seconds) }) })
  async function copy(): Promise<void> {
    const { url, expiresAt } = await link.mutateAsync()
    await navigator.clipboard.writeText(url)
    notifications.show({ message: `The link was copied. It holds until ${new Date(expiresAt).toLocaleString()}.` })
  }
  async function open(): Promise<void> {
    const { url } = await link.mutateAsync()
    window.open(url, '_blank', 'noreferrer')
  }
  // What went wrong is shown below; nothing else follows from it.
  const quietly = (act: Promise<void>) => void act.catch(() => undefined)
  return (
    <Stack gap={8}>
      <Group gap="xs" align="end">
        <Select
          label="The link holds for"
          data={lifetimes}
          value={seconds}
          onChange={(next) => setSeconds(next ?? '3600')}
          allowDeselect={false}
          w={140}
        />
        <Button variant="default" onClick={() => quietly(copy())} loading={link.isPending}>
          Copy link
        </Button>
        <Button variant="default" onClick={() => quietly(open())}>
          Open
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        Whoever has the link can read the file until it ends. It cannot be taken back sooner.
      </Text>
      {link.error ? <FailurePanel failure={failureOf(link.error)} live /> : null}
    </Stack>
  )
}

function Rename({ path, onMoved }: { path: string; onMoved: (path: string) => void }) {
  const cache = useQueryClient()
  const [to, setTo] = useState(path)
  const move = useMutation({
    mutationFn: () => client.files.move({ from: path, to }),
    onSuccess: async (moved) => {
      await cache.invalidateQueries({ queryKey: api.files.key() })
      onMoved(moved.path)
    },
  })
  const fault = pathFault(to)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!fault && to !== path) move.mutate()
      }}
    >
      <Group gap="xs" align="end">
        <TextInput
          label="Path"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          error={fault ? `It ${fault}.` : undefined}
          style={{ flex: 1 }}
        />
        <Button type="submit" variant="default" disabled={to === path || fault !== undefined} loading={move.isPending}>
          Rename
        </Button>
      </Group>
      {move.error ? <FailurePanel failure={failureOf(move.error)} live /> : null}
    </form>
  )
}

function DeleteButton({ path, name, onDeleted }: { path: string; name: string; onDeleted: () => void }) {
  const cache = useQueryClient()
  const remove = useMutation({
    mutationFn: (anyway: boolean) => client.files.remove({ query: { path, anyway } }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: api.files.key() })
      onDeleted()
    },
  })
  async function ask(): Promise<void> {
    const action = 'Delete file'
    const consequence = 'It is gone for good: the storage keeps no bin. Links to it end at once.'
    if (!(await confirm({ title: `Delete ${name}?`, consequence, action, danger: true }))) return
    try {
      await remove.mutateAsync(false)
    } catch (error) {
      const failure = failureOf(error)
      if (failure.code !== 'in_use') return
      const needed = {
        title: `${name} is still needed`,
        consequence: failure.message,
        action: 'Delete all the same',
        danger: true,
      }
      if (await confirm(needed)) remove.mutate(true)
    }
  }
  return (
    <Stack gap={8}>
      <Group>
        <Button variant="default" c="var(--atlas-bad)" onClick={() => void ask()} loading={remove.isPending}>
          Delete file
        </Button>
      </Group>
      {remove.error && failureOf(remove.error).code !== 'in_use' ? <FailurePanel failure={failureOf(remove.error)} live /> : null}
    </Stack>
  )
}

export function FileDrawer({ file, onClose, onMoved }: FileDrawerProps) {
  const { path, name, sizeBytes, contentType, updatedAt } = file
  return (
    <Drawer title={name} onClose={onClose}>
      <Stack gap="lg">
        <Text size="sm" c="dimmed" component="div">
          {toSize(sizeBytes)} · {contentType ?? 'unknown type'} · <When at={updatedAt} />
        </Text>
        <Preview file={file} />
        <Links path={path} />
        <Rename path={path} onMoved={onMoved} />
        <DeleteButton path={path} name={name} onDeleted={onClose} />
      </Stack>
    </Drawer>
  )
}
