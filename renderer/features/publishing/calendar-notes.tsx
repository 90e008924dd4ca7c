/** What stands in the way of the posts on screen, above the calendar. */
import { Anchor, List, ThemeIcon } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { PlannedPost } from '#shared/contract/posts'
import { api } from '../../query.ts'
import { useNow } from '../../stores/clock.ts'
import { warningsOf } from './calendar-warnings.ts'
import classes from './publishing.module.css'
import { platformWays } from './ways.ts'

export function CalendarNotes({ posts }: { posts: readonly PlannedPost[] }) {
  const providers = useQuery(api.providers.list.queryOptions({ input: {} }))
  const connections = useQuery(api.connections.list.queryOptions({ input: {} }))
  const pauses = useQuery(api.jobs.pauses.queryOptions({ input: {} }))
  const now = useNow(10_000)
  if (!providers.data || !connections.data || !pauses.data) return null
  const ways = platformWays(providers.data.items, connections.data.items)
  const warnings = warningsOf(posts, { ways, pauses: pauses.data.items }, now)
  if (warnings.length === 0) return null
  const icon = (
    <ThemeIcon color="warn" variant="light" size={20}>
      <IconAlertTriangle size={14} stroke={1.5} />
    </ThemeIcon>
  )
  return (
    <List className={classes.chosen} size="sm" px="md" py={6} spacing={4} icon={icon} aria-label="What stands in the way" center>
      {warnings.map(({ words, href, link }) => (
        <List.Item key={words}>
          {words} <Anchor href={href}>{link}</Anchor>
        </List.Item>
      ))}
    </List>
  )
}
