/** The tenant's files: folders and files of its own storage, uploads from anywhere on the screen. */
import '@mantine/dropzone/styles.css'
import { Anchor, Breadcrumbs, Button, FileButton, Group, Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconFile, IconFolder } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { StoredFile } from '#shared/contract/files'
import { paging } from '../../paging.ts'
import { api } from '../../query.ts'
import { DataGrid, type GridColumn } from '../../ui/data-grid.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { When } from '../../ui/when.tsx'
import { FileDrawer } from './file-drawer.tsx'
import type { FilesSearch } from './files-search.ts'
import { joinPath, toSize, trailOf } from './sizes.ts'
import { UploadList } from './upload-list.tsx'
import { uploadFiles } from './uploads.ts'
import { Usage } from './usage.tsx'

const route = getRouteApi('/files')

const columns: GridColumn<StoredFile>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(180px, 3fr)',
    cell: ({ name, kind }) => (
      <Group gap={8} wrap="nowrap">
        {kind === 'folder' ? <IconFolder size={16} stroke={1.5} /> : <IconFile size={16} stroke={1.5} />}
        <Text size="sm" truncate>
          {name}
        </Text>
      </Group>
    ),
  },
  { id: 'size', header: 'Size', width: '100px', cell: ({ sizeBytes }) => toSize(sizeBytes) },
  {
    id: 'type',
    header: 'Type',
    width: 'minmax(100px, 1fr)',
    cell: ({ kind, contentType }) => (kind === 'folder' ? 'Folder' : (contentType ?? '—')),
  },
  { id: 'at', header: 'Changed', width: '130px', cell: ({ updatedAt }) => <When at={updatedAt} /> },
]

function Trail({ folder, onOpen }: { folder: string; onOpen: (folder: string) => void }) {
  return (
    <Breadcrumbs>
      {[{ name: 'All files', path: '' }, ...trailOf(folder)].map(({ name, path }) => (
        <Anchor key={path} component="button" type="button" size="sm" onClick={() => onOpen(path)}>
          {name}
        </Anchor>
      ))}
    </Breadcrumbs>
  )
}

function UploadButton({ folder }: { folder: string }) {
  return (
    <FileButton
      multiple
      onChange={(files) => void uploadFiles(files.map((file) => ({ file, path: joinPath(folder, file.name) })))}
    >
      {(props) => <Button {...props}>Upload files</Button>}
    </FileButton>
  )
}

function NotConnected() {
  return (
    <EmptyState
      title="Supabase is not connected"
      action={
        <Button component={Link} to="/integrations/supabase">
          Connect Supabase
        </Button>
      }
    >
      Files lie in a private bucket of the tenant’s own Supabase project. Connect it, and agents and people save files there.
    </EmptyState>
  )
}

function Connected({ search, change }: { search: FilesSearch; change: (part: Partial<FilesSearch>) => void }) {
  const folder = search.folder ?? ''
  const query = useInfiniteQuery(
    api.files.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ folder, ...(cursor === undefined ? {} : { cursor }) }),
      ...paging,
    }),
  )
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const source = useMemo(() => ({ items }), [items])
  const open = ({ kind, path }: StoredFile) => change(kind === 'folder' ? { folder: path, file: undefined } : { file: path })
  return (
    <>
      <Dropzone.FullScreen
        active
        multiple
        onDrop={(files) => void uploadFiles(files.map((file) => ({ file, path: joinPath(folder, file.name) })))}
      >
        <Text ta="center" mt={120} size="lg" style={{ pointerEvents: 'none' }}>
          Drop files to upload them to {folder === '' ? 'the top folder' : folder}
        </Text>
      </Dropzone.FullScreen>
      <Group px={20} pb="sm" justify="space-between">
        <Trail folder={folder} onOpen={(path) => change({ folder: path === '' ? undefined : path, file: undefined })} />
        <Usage />
      </Group>
      <UploadList />
      <QueryState query={query} rows={6}>
        {() => (
          <DataGrid
            label="Files"
            columns={columns}
            source={source}
            rowId={({ kind, path }) => `${kind} ${path}`}
            openId={search.file === undefined ? undefined : `file ${search.file}`}
            onOpen={open}
            empty={
              <EmptyState title="Nothing here yet" action={<UploadButton folder={folder} />}>
                Drop files anywhere on this screen. Agents save media here, too.
              </EmptyState>
            }
          />
        )}
      </QueryState>
      {query.hasNextPage ? (
        <Group p="sm" justify="center">
          <Button variant="default" onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>
            Show more
          </Button>
        </Group>
      ) : null}
    </>
  )
}

/** The open file as the list has it; a link to one opens it with what is known. */
function useOpenFile({ folder = '', file }: FilesSearch): StoredFile | undefined {
  const { data } = useQuery({ ...api.files.list.queryOptions({ input: { folder } }), enabled: file !== undefined })
  return data?.items.find(({ path, kind }) => kind === 'file' && path === file)
}

export function FilesPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (part: Partial<FilesSearch>) => void navigate({ search: (old) => ({ ...old, ...part }) })
  const connection = useQuery(api.connections.get.queryOptions({ input: { provider: 'supabase' } }))
  const opened = useOpenFile(search)
  const close = () => change({ file: undefined })
  const connected = connection.data?.state !== 'not_connected'
  return (
    <Page
      title="Files"
      lead="Files of this tenant, in its own Supabase project. Drop them anywhere."
      bleed
      actions={connection.data && connected ? <UploadButton folder={search.folder ?? ''} /> : null}
      aside={opened ? <FileDrawer key={opened.path} file={opened} onClose={close} onMoved={close} /> : null}
    >
      <QueryState query={connection} rows={6}>
        {() => (connected ? <Connected search={search} change={change} /> : <NotConnected />)}
      </QueryState>
    </Page>
  )
}
