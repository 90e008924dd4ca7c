/** Messaging: conversations, what was said, and a composer for every kind that a connected service serves. */
import { Button, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { api } from '../../query.ts'
import { Drawer } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { Composer } from './composer.tsx'
import { ConversationList } from './conversation-list.tsx'
import classes from './messaging.module.css'
import type { MessagingSearch } from './messaging-search.ts'
import { NoConversations } from './no-conversations.tsx'
import { Thread } from './thread.tsx'
import { Triggers } from './triggers.tsx'

const route = getRouteApi('/messaging')

/** All conversations, and the one that the address names. */
function useConversations({ c }: MessagingSearch) {
  const conversations = useQuery(api.messaging.conversations.queryOptions({ input: {} }))
  const opened = conversations.data?.items.find(({ id }) => id === c)
  return { conversations, opened }
}

export function MessagingPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (part: Partial<MessagingSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })
  const { opened } = useConversations(search)
  const composing = search.compose === '1'
  const compose = () => change({ compose: '1', c: undefined, tab: undefined })
  return (
    <Page
      title="Messaging"
      lead="Each message says which agent sent it, through whom, and how far it got."
      bleed
      actions={<Button onClick={compose}>New message</Button>}
      aside={
        opened && composing && search.tab === undefined ? (
          <Drawer key={opened.id} title={`Reply to ${opened.title}`} onClose={() => change({ compose: undefined })}>
            <Composer conversation={opened} />
          </Drawer>
        ) : null
      }
    >
      <Tabs
        value={search.tab ?? 'conversations'}
        onChange={(tab) => change({ tab: tab === 'triggers' ? 'triggers' : undefined })}
        px={20}
        pb="sm"
      >
        <Tabs.List aria-label="Messaging">
          <Tabs.Tab value="conversations" aria-controls={undefined}>
            Conversations
          </Tabs.Tab>
          <Tabs.Tab value="triggers" aria-controls={undefined}>
            Triggers
          </Tabs.Tab>
        </Tabs.List>
      </Tabs>
      {search.tab === 'triggers' ? <Triggers /> : <Conversations search={search} change={change} />}
    </Page>
  )
}

function Conversations({ search, change }: MiddleProps) {
  const { conversations, opened } = useConversations(search)
  return (
    <div className={classes.columns}>
      <nav className={classes.list} aria-label="Conversations">
        <QueryState query={conversations} rows={6}>
          {({ items }) =>
            items.length === 0 ? (
              <NoConversations />
            ) : (
              <ConversationList
                items={items}
                provider={search.provider}
                openId={opened?.id}
                onOpen={(c) => change({ c, compose: undefined })}
                onProvider={(provider) => change({ provider })}
              />
            )
          }
        </QueryState>
      </nav>
      <Middle search={search} change={change} />
    </div>
  )
}

interface MiddleProps {
  search: MessagingSearch
  change: (part: Partial<MessagingSearch>) => void
}

/** The thread that is open; without one, a new message. */
function Middle({ search, change }: MiddleProps) {
  const { conversations, opened } = useConversations(search)
  if (opened) {
    const onReply = search.compose === '1' ? undefined : () => change({ compose: '1' })
    return (
      <section className={classes.middle} aria-label={opened.title}>
        <Thread key={opened.id} conversation={opened} onReply={onReply} />
      </section>
    )
  }
  if (search.c) return <Missing loaded={conversations.data !== undefined} onCompose={() => change({ c: undefined })} />
  return (
    <ScrollRegion className={classes.compose} aria-label="New message">
      <Composer />
    </ScrollRegion>
  )
}

function Missing({ loaded, onCompose }: { loaded: boolean; onCompose: () => void }) {
  if (!loaded) return null
  return (
    <EmptyState
      title="This conversation is not here"
      action={
        <Button variant="default" onClick={onCompose}>
          Write a message
        </Button>
      }
    >
      It belongs to another tenant, or it is older than the 500 that are listed.
    </EmptyState>
  )
}
