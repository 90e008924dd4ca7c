/** What needs a person, as a bell with a count. A notice leaves the list when it is dealt with, not when it is seen. */
import { ActionIcon, Button, Group, Indicator, Popover, ScrollArea, Stack, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBell } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { Notice } from '#shared/contract/system'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { When } from '../../ui/when.tsx'

export function NoticeBell() {
  const [opened, { toggle, close }] = useDisclosure()
  const notices = useQuery(api.system.notices.queryOptions({ input: {} }))
  const count = notices.data?.items.length ?? 0
  const label = count === 0 ? 'Nothing needs you' : `${count} need you`
  return (
    <Popover opened={opened} onChange={close} position="right-end" width={340} trapFocus withinPortal>
      <Indicator
        disabled={count === 0}
        label={count}
        size={16}
        color="var(--atlas-warn)"
        offset={5}
        styles={{ indicator: { color: 'var(--atlas-surface)' } }}
      >
        <Popover.Target>
          <ActionIcon aria-label={label} aria-expanded={opened} onClick={toggle}>
            <IconBell size={16} stroke={1.5} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown aria-label="What needs you">
        <QueryState query={notices}>{({ items }) => <NoticeList items={items} onOpen={close} />}</QueryState>
      </Popover.Dropdown>
    </Popover>
  )
}

function NoticeList({ items, onOpen }: { items: readonly Notice[]; onOpen: () => void }) {
  const router = useRouter()
  if (items.length === 0) return <Text size="sm">Nothing needs you.</Text>
  const open = (notice: Notice) => {
    router.history.push(notice.href)
    onOpen()
  }
  return (
    <ScrollArea.Autosize mah={420}>
      <Stack gap={4}>
        {items.map((notice) => (
          <div key={notice.id}>
            <UnstyledButton p={6} w="100%" onClick={() => open(notice)}>
              <Text size="sm" fw={600}>
                {notice.title}
                {notice.count > 1 ? ` (${notice.count})` : null}
              </Text>
              <Text size="xs">{notice.message}</Text>
              <Text size="xs" c="dimmed">
                <When at={notice.at} />
              </Text>
            </UnstyledButton>
            <NoticeActs notice={notice} />
          </div>
        ))}
      </Stack>
    </ScrollArea.Autosize>
  )
}

function NoticeActs({ notice: { id, title, acknowledged, told, dismissable } }: { notice: Notice }) {
  const onSuccess = () => void queryClient.invalidateQueries({ queryKey: api.system.notices.key() })
  const acknowledge = useMutation(api.system.acknowledge.mutationOptions({ onSuccess }))
  const dismiss = useMutation(api.system.dismiss.mutationOptions({ onSuccess }))
  const error = acknowledge.error ?? dismiss.error
  return (
    <Stack gap={2} px={6}>
      {told.length > 0 ? (
        <Text size="xs" c="dimmed">
          Told: {told.map(({ name }) => name).join(', ')}
        </Text>
      ) : null}
      {acknowledged ? (
        <Text size="xs" c="dimmed">
          Seen by {acknowledged.by} <When at={acknowledged.at} />
        </Text>
      ) : null}
      <Group gap={4}>
        {acknowledged ? null : (
          <Button
            variant="default"
            size="compact-xs"
            loading={acknowledge.isPending}
            onClick={() => acknowledge.mutate({ id })}
            aria-label={`I have seen it: ${title}`}
          >
            I have seen it
          </Button>
        )}
        {dismissable ? (
          <Button
            variant="subtle"
            size="compact-xs"
            loading={dismiss.isPending}
            onClick={() => dismiss.mutate({ id })}
            aria-label={`Dismiss: ${title}`}
          >
            Dismiss
          </Button>
        ) : null}
      </Group>
      {error ? <FailurePanel failure={failureOf(error)} live /> : null}
    </Stack>
  )
}
