/** One state as shape, word and tone, from the one vocabulary. */
import { type AnyStatus, type StatusWord, wordOf } from './status.ts'
import classes from './status-chip.module.css'
import { StatusIcon } from './status-icon.tsx'
import { Tip } from './tip.tsx'

export interface StatusChipProps {
  status: AnyStatus
  /** Attempts of a job: a queued job with attempts is retrying. */
  attempts?: number | undefined
  /** What is known beyond the word, for instance "since 14:02". */
  note?: string | undefined
}

export function StatusChip({ status, attempts, note }: StatusChipProps) {
  return <WordChip word={wordOf(status, attempts)} note={note} />
}

/** A chip for words outside of the fixed states, for instance the ladder of a message. */
export function WordChip({ word, note }: { word: StatusWord; note?: string | undefined }) {
  const style = { color: `var(--atlas-${word.tone})`, background: `var(--atlas-${word.tone}-tint)` }
  return (
    <Tip label={word.means} multiline>
      <span className={classes.chip} style={style}>
        <StatusIcon shape={word.shape} />
        {word.word}
        {note ? ` · ${note}` : null}
      </span>
    </Tip>
  )
}
