/** A payload in two readings: as fields in words, and as the JSON it is. */
import { Button, Code, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { fieldsIn } from './payload-fields.ts'

export function Payload({ title, value }: { title: string; value: unknown }) {
  const [raw, setRaw] = useState(false)
  const fields = fieldsIn(value)
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {raw || fields.length === 0 ? (
        <Code block style={{ whiteSpace: 'pre-wrap' }}>
          {JSON.stringify(value, undefined, 2)}
        </Code>
      ) : (
        <Table withRowBorders={false} verticalSpacing={2}>
          <Table.Tbody>
            {fields.map(({ name, text }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" w={120} fw={400} c="dimmed" style={{ verticalAlign: 'top' }}>
                  {name}
                </Table.Th>
                <Table.Td style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{text}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {fields.length > 0 ? (
        <Button variant="subtle" size="compact-xs" w="fit-content" aria-pressed={raw} onClick={() => setRaw(!raw)}>
          {raw ? 'In words' : 'As JSON'}
        </Button>
      ) : null}
    </Stack>
  )
}
