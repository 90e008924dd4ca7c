/** Messaging: conversations, what was said, and a composer for every kind that a connected service serves. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Conversation } from '#shared/contract/messaging'
import { api } from '../../query.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { Composer } from './composer.tsx'
import { ConversationList } from './conversation-list.tsx'
import classes from './messaging.module.css'
import type { MessagingSearch } from './messaging-search.ts'
import { Thread } from './thread.tsx'

const route = getRouteApi('/messaging')

export function MessagingPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (part: Partial<MessagingSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })
  const conversations = useQuery(api.messaging.conversations.queryOptions({ input: {} }))
  const opened = conversations.data?.items.find(({ id }) => id === search.c)
  const composing = search.compose === '1' || !opened
  return (
    <Page
      title="Messaging"
      lead="Each message says which agent sent it, through whom, and how far it got."
      bleed
      actions={<Button onClick={() => change({ compose: '1', c: undefined })}>New message</Button>}
    >
      <div className={classes.columns}>
        <nav className={classes.list} aria-label="Conversations">
          <QueryState query={conversations} rows={6}>
            {({ items }: { items: Conversation[] }) =>
              items.length === 0 ? (
                <EmptyState title="No conversations yet">
                  Write a message, or let somebody write /start to the Telegram bot: it appears here by itself.
                </EmptyState>
              ) : (
                <ConversationList items={items} openId={opened?.id} onOpen={({ id }) => change({ c: id, compose: undefined })} />
              )
            }
          </QueryState>
        </nav>
        <section className={classes.middle} aria-label={composing ? 'New message' : opened?.title}>
          {composing ? <Composer onSent={() => change({ compose: '1' })} /> : <Thread key={opened.id} conversation={opened} />}
        </section>
      </div>
    </Page>
  )
}
