/** The query bar: typed text becomes filters in the address. */
import { Button, Group, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'
import type { AuditSearch } from './audit-search.ts'
import { parseQuery, toQuery } from './query-bar.ts'

export function QueryBar({ search, onSearch }: { search: AuditSearch; onSearch: (search: Partial<AuditSearch>) => void }) {
  const current = toQuery(search)
  const [typed, setTyped] = useState(current)
  useEffect(() => setTyped(current), [current])

  function submit(event: FormEvent): void {
    event.preventDefault()
    onSearch(parseQuery(typed))
  }

  return (
    <form onSubmit={submit}>
      <Group px={20} pb="sm" gap="xs">
        <TextInput
          data-filter
          flex={1}
          maw={720}
          aria-label="Search the audit log"
          placeholder="actor:cheryl action:job outcome:failed words ( / )"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" variant="default">
          Search
        </Button>
        {current ? (
          <Button variant="subtle" onClick={() => onSearch({})}>
            Clear
          </Button>
        ) : null}
      </Group>
    </form>
  )
}
