/** The cheat sheet: every key there is, from the one registry and from the grid. */
import { Kbd, Modal, Table, Text } from '@mantine/core'
import { useDialogs } from '../../stores/dialogs.ts'
import { type Command, toKeyWords } from './commands.ts'
import { isMac } from './platform.ts'

const gridKeys: ReadonlyArray<readonly [string, string]> = [
  ['J or ↓', 'Next row'],
  ['K or ↑', 'Previous row'],
  ['Enter', 'Open the row'],
  ['X', 'Choose the row, where rows can be chosen'],
  ['Home, End', 'First and last row'],
  ['Esc', 'Close what is open'],
]

export function KeysDialog({ commands }: { commands: readonly Command[] }) {
  const { open, close } = useDialogs()
  return (
    <Modal opened={open === 'keys'} onClose={close} title="Keys" size="lg">
      <Rows
        caption="Everywhere"
        rows={commands.flatMap(({ keys, title }) => (keys ? [[toKeyWords(keys, isMac), title] as const] : []))}
      />
      <Rows caption="In tables" rows={gridKeys} />
    </Modal>
  )
}

function Rows({ caption, rows }: { caption: string; rows: ReadonlyArray<readonly [string, string]> }) {
  return (
    <>
      <Text fw={600} size="sm" mt="sm">
        {caption}
      </Text>
      <Table verticalSpacing={4} fz="sm">
        <Table.Tbody>
          {rows.map(([keys, title]) => (
            <Table.Tr key={title}>
              <Table.Td w={160}>
                <Kbd>{keys}</Kbd>
              </Table.Td>
              <Table.Td>{title}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  )
}
