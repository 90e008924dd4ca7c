/** Campaigns with what became of each; here files of posts are taken in, too. */
import { Group, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Campaign } from '#shared/contract/posts'
import { pageInput, paging, sourceOf } from '../../paging.ts'
import { api } from '../../query.ts'
import { DataGrid, type GridColumn } from '../../ui/data-grid.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { WordChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { ImportButton } from './import-dialog.tsx'
import { campaignWord } from './post-words.ts'
import classes from './publishing.module.css'
import type { PublishingTabProps } from './publishing-page.tsx'

const columns: GridColumn<Campaign>[] = [
  { id: 'state', header: 'State', width: '150px', cell: ({ state }) => <WordChip word={campaignWord[state]} /> },
  { id: 'title', header: 'Campaign', width: 'minmax(140px, 3fr)', cell: ({ title }) => title },
  { id: 'summary', header: 'What became of it', width: 'minmax(140px, 2fr)', cell: ({ summary }) => summary },
  { id: 'source', header: 'From', width: '90px', cell: ({ source }) => (source === 'import' ? 'File' : 'Composer') },
  { id: 'at', header: 'Ordered', width: '110px', cell: ({ createdAt }) => <When at={createdAt} /> },
]

export function CampaignsTab({ search, onChange }: PublishingTabProps) {
  const campaigns = useInfiniteQuery(
    api.posts.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ limit: 50, ...pageInput(cursor) }),
      ...paging,
    }),
  )
  const open = (id: string) => onChange({ campaign: id, id: undefined })
  return (
    <>
      <Group className={classes.bar} px="md" py="xs" justify="space-between">
        <Text size="sm" c="dimmed">
          One order over several platforms. Only what failed is ever retried.
        </Text>
        <ImportButton onImported={open} />
      </Group>
      <QueryState query={campaigns} rows={6}>
        {() => (
          <DataGrid
            label="Campaigns"
            columns={columns}
            source={sourceOf(campaigns)}
            rowId={({ id }) => id}
            openId={search.campaign}
            onOpen={({ id }) => open(id)}
            empty={
              <EmptyState title="No campaign yet">
                Write one text for several platforms under Compose, or import a CSV with one post a line.
              </EmptyState>
            }
          />
        )}
      </QueryState>
    </>
  )
}
