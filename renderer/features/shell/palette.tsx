/** The command palette, drawn from the one registry. */
import { Kbd } from '@mantine/core'
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { type Command, toKeyWords } from './commands.ts'
import { isMac } from './platform.ts'

export function Palette({ commands }: { commands: readonly Command[] }) {
  return (
    <Spotlight
      shortcut={null}
      actions={toGroups(commands)}
      nothingFound="No command has these words."
      highlightQuery
      limit={30}
      scrollable
      maxHeight={420}
      attributes={{ content: { 'aria-label': 'Commands' } }}
      searchProps={{
        placeholder: 'Go to, do, switch…',
        'aria-label': 'Command',
        leftSection: <IconSearch size={16} stroke={1.5} />,
      }}
    />
  )
}

function toGroups(commands: readonly Command[]): SpotlightActionGroupData[] {
  const groups = [...new Set(commands.map(({ group }) => group))]
  return groups.map((group) => ({
    group,
    actions: commands
      .filter((command) => command.group === group)
      .map(({ id, title, words, keys, run }) => ({
        id,
        label: title,
        keywords: words ?? [],
        onClick: run,
        rightSection: keys ? <Kbd size="xs">{toKeyWords(keys, isMac)}</Kbd> : undefined,
      })),
  }))
}
