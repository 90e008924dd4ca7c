/** A text to try the triggers on: what would fire is marked as it is typed. */
import { Mark, Text, Textarea } from '@mantine/core'
import { useDeferredValue, useMemo, useState } from 'react'
import { matchTriggers, readCharacters, type Trigger } from '#shared/triggers'
import { languageWords } from './trigger-languages.ts'
import { piecesOf } from './trigger-pieces.ts'
import classes from './triggers.module.css'

function told(count: number): string {
  if (count === 0) return 'No trigger would fire.'
  return count === 1 ? '1 trigger would fire.' : `${count} triggers would fire.`
}

export function TriggerTest({ triggers }: { triggers: readonly Trigger[] }) {
  const [text, setText] = useState('')
  const read = useDeferredValue(text)
  const matches = useMemo(() => matchTriggers(triggers, read), [triggers, read])
  const pieces = useMemo(() => piecesOf(read, matches), [read, matches])
  return (
    <section className={classes.test} aria-label="Try it">
      <Textarea
        label="Try it"
        description="Looked through on this page as you type, by the rules that are used for real messages. Nothing is sent."
        autosize
        minRows={4}
        maxRows={12}
        maxLength={readCharacters}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {read.trim() === '' ? null : (
        <>
          <Text size="sm" mt="sm" role="status">
            {told(matches.length)}
          </Text>
          <p className={classes.marked}>
            {pieces.map(({ start, text: piece, fires }) => (fires ? <Mark key={start}>{piece}</Mark> : piece))}
          </p>
          <ul className={classes.fired}>
            {matches.map(({ id, start, phrase, language }) => (
              <li key={`${id} ${start}`}>
                “{read.slice(start, matches.find((one) => one.id === id && one.start === start)?.end)}” — {phrase} (
                {languageWords[language]})
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
