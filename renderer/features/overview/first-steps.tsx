/** The first steps of a workspace, ticked by what was observed; gone once all are done. */
import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../query.ts'
import { WordChip } from '../../ui/status-chip.tsx'
import classes from './overview.module.css'
import { Tile } from './tile.tsx'

const done = { word: 'Done', shape: 'check', tone: 'ok', means: 'It was observed.' } as const
const open = { word: 'To do', shape: 'hollow-circle', tone: 'idle', means: 'It has not been observed yet.' } as const

export function FirstSteps() {
  const connections = useQuery(api.connections.list.queryOptions({ input: {} }))
  const stats = useQuery(api.jobs.stats.queryOptions({ input: {} }))
  const chat = useQuery(api.telegram.defaultChat.queryOptions({ input: {} }))
  const runs = useQuery(api.runs.list.queryOptions({ input: { limit: 1 } }))
  if (!connections.data || !stats.data || !chat.data || !runs.data) return null
  const services = connections.data.items
  const steps = [
    { title: 'Connect a service', isDone: services.some(({ credential }) => credential.set), href: '/integrations' },
    { title: 'See it answer a test', isDone: services.some(({ lastOkAt }) => lastOkAt !== null), href: '/integrations' },
    { title: 'Send the first message', isDone: stats.data.states.succeeded > 0, href: '/messaging?compose=1' },
    { title: 'Choose a chat where agents reach you', isDone: chat.data.chatId !== null, href: '/integrations/telegram' },
    { title: 'Give an agent work', isDone: runs.data.items.length > 0, href: '/agents' },
  ]
  if (steps.every(({ isDone }) => isDone)) return null
  return (
    <Tile title="First steps">
      <ul className={classes.lines}>
        {steps.map(({ title, isDone, href }) => (
          <li key={title}>
            {isDone ? (
              <Text size="sm">{title}</Text>
            ) : (
              <Anchor href={`#${href}`} size="sm">
                {title}
              </Anchor>
            )}
            <WordChip word={isDone ? done : open} />
          </li>
        ))}
      </ul>
    </Tile>
  )
}
