/** A post in the calendar: state, time, platform and the beginning of its text. Opened by Enter, moved by M or by dragging. */
import { UnstyledButton, VisuallyHidden } from '@mantine/core'
import type { PlannedPost } from '#shared/contract/posts'
import { platforms } from '#shared/social/platforms'
import { localOf } from '#shared/time-zone'
import { useNow } from '../../stores/clock.ts'
import { StatusIcon } from '../../ui/status-icon.tsx'
import { plannedWord } from './post-words.ts'
import classes from './publishing.module.css'

export interface PostChipProps {
  post: PlannedPost
  timeZone: string
  open: boolean
  onOpen: (post: PlannedPost) => void
  onMove: (post: PlannedPost) => void
}

/** Under which a dragged post names itself. */
export const dragType = 'application/x-atlas-post'

export function PostChip({ post, timeZone, open, onOpen, onMove }: PostChipProps) {
  const word = plannedWord(post, useNow(10_000))
  const { clock } = localOf(Date.parse(post.at), timeZone)
  const { name } = platforms[post.platform]
  const movable = post.fixed === undefined
  return (
    <UnstyledButton
      className={classes.post}
      style={{ color: `var(--atlas-${word.tone})`, background: `var(--atlas-${word.tone}-tint)` }}
      aria-keyshortcuts={movable ? 'M' : undefined}
      title={movable ? `${post.excerpt} · drag it, or press M to move it` : `${post.excerpt} · ${post.fixed}`}
      draggable={movable}
      data-draft={post.reason === 'approval' || undefined}
      data-open={open || undefined}
      onClick={() => onOpen(post)}
      onDragStart={(event) => event.dataTransfer.setData(dragType, post.id)}
      onKeyDown={(event) => {
        if (event.key.toLowerCase() !== 'm' || event.metaKey || event.ctrlKey || event.altKey) return
        event.preventDefault()
        event.stopPropagation()
        onMove(post)
      }}
    >
      <StatusIcon shape={word.shape} />
      <span>
        {clock} {name}
      </span>
      <VisuallyHidden> {word.word}: </VisuallyHidden>
      <span className={classes.excerpt}>{post.excerpt}</span>
    </UnstyledButton>
  )
}
