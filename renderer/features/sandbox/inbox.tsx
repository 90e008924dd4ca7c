/** What arrived at the stand-ins, newest first. */
import { Select } from '@mantine/core'
import { type ReactNode, useMemo } from 'react'
import type { SandboxItem } from '#shared/contract/system'
import { useProviderName } from '../../names.ts'
import { DataGrid, type GridColumn } from '../../ui/data-grid.tsx'
import { When } from '../../ui/when.tsx'

export interface InboxProps {
  items: readonly SandboxItem[]
  provider: string | undefined
  openId: string | undefined
  onProvider: (provider: string | undefined) => void
  onOpen: (item: SandboxItem) => void
  empty: ReactNode
}

export function Inbox({ items, provider, openId, onProvider, onOpen, empty }: InboxProps) {
  const nameOf = useProviderName()
  const seen = [...new Set([...items.map((item) => item.provider), ...(provider ? [provider] : [])])]
  const source = useMemo(() => ({ items }), [items])
  const columns = useMemo<GridColumn<SandboxItem>[]>(
    () => [
      { id: 'at', header: 'Arrived', width: '120px', cell: (item) => <When at={item.at} /> },
      { id: 'provider', header: 'Service', width: '130px', cell: (item) => nameOf(item.provider) },
      { id: 'to', header: 'To', width: 'minmax(120px, 1fr)', cell: (item) => item.to },
      { id: 'title', header: 'What', width: 'minmax(160px, 2fr)', cell: (item) => item.title },
      { id: 'text', header: 'Text', width: 'minmax(160px, 3fr)', cell: (item) => item.text },
    ],
    [nameOf],
  )
  return (
    <>
      <Select
        px={20}
        pb="sm"
        w={260}
        aria-label="Service"
        placeholder="Every service"
        clearable
        data={seen.map((value) => ({ value, label: nameOf(value) }))}
        value={provider ?? null}
        onChange={(next) => onProvider(next ?? undefined)}
      />
      <DataGrid
        label="Sandbox inbox"
        columns={columns}
        source={source}
        rowId={(item) => item.id}
        openId={openId}
        onOpen={onOpen}
        empty={empty}
      />
    </>
  )
}
