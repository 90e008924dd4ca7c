/** Gives a post another time: day, clock and zone, with both clocks told before it is done. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { PlannedPost } from '#shared/contract/posts'
import { platforms } from '#shared/social/platforms'
import { failureOf } from '../../rpc.ts'
import { useNow } from '../../stores/clock.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { bothWords, type LocalTime, readLocalTime } from './local-time.ts'
import { LocalTimeFields } from './local-time-fields.tsx'
import { timeOf, useMovePost } from './use-move-post.ts'

export interface MoveDialogProps {
  /** The post to move and the time that is proposed; undefined while closed. */
  asked: { post: PlannedPost; local: LocalTime } | undefined
  onClose: () => void
}

export function MoveDialog({ asked, onClose }: MoveDialogProps) {
  return (
    <Modal opened={asked !== undefined} onClose={onClose} title="Move a post" size="lg">
      {asked ? <MoveForm key={asked.post.id} post={asked.post} proposed={asked.local} onDone={onClose} /> : null}
    </Modal>
  )
}

function MoveForm({ post, proposed, onDone }: { post: PlannedPost; proposed: LocalTime; onDone: () => void }) {
  const [local, setLocal] = useState(proposed)
  const move = useMovePost()
  const read = readLocalTime(local, useNow(10_000))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const { runAt } = read
    if (runAt) move.mutate({ id: post.id, runAt, was: timeOf(post) }, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">
          {platforms[post.platform].name}: {post.excerpt}
        </Text>
        <Text size="sm">Now: {bothWords(post.runAt, local.timeZone)}.</Text>
        <LocalTimeFields value={local} read={read} onChange={setLocal} />
        {move.error ? <FailurePanel failure={failureOf(move.error)} live /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Leave it
          </Button>
          <Button type="submit" loading={move.isPending} disabled={read.runAt === undefined || post.fixed !== undefined}>
            Move post
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
