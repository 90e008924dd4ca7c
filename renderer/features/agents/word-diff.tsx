/** What changed between two payloads, word by word: taken out and put in, told apart by more than colour. */
import { Stack, Text } from '@mantine/core'
import { diffWordsWithSpace } from 'diff'
import classes from './agents.module.css'
import { fieldsIn } from './payload-fields.ts'

export function WordDiff({ before, after }: { before: unknown; after: unknown }) {
  const old = new Map(fieldsIn(before).map(({ name, text }) => [name, text]))
  const changed = fieldsIn(after).filter(({ name, text }) => old.get(name) !== text)
  return (
    <Stack gap={4} className={classes.diff}>
      <Text size="sm" fw={600}>
        What changed
      </Text>
      {changed.map(({ name, text }) => (
        <Text key={name} size="sm" component="div" style={{ whiteSpace: 'pre-wrap' }}>
          <Text span c="dimmed" size="xs">
            {name}{' '}
          </Text>
          <Pieces before={old.get(name) ?? ''} after={text} />
        </Text>
      ))}
    </Stack>
  )
}

function Pieces({ before, after }: { before: string; after: string }) {
  return diffWordsWithSpace(before, after).map(({ value, added, removed }, at) => {
    const key = `${at} ${value}`
    if (added) return <ins key={key}>{value}</ins>
    return removed ? <del key={key}>{value}</del> : <span key={key}>{value}</span>
  })
}
