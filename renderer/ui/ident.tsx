/** An id or hash: monospaced, shortened in the middle, whole on hover, copied by a click. */
import { CopyButton, UnstyledButton } from '@mantine/core'
import { shorten } from './shorten.ts'
import { Tip } from './tip.tsx'

export function Ident({ value, length = 14 }: { value: string; length?: number }) {
  const shown = shorten(value, length)
  return (
    <CopyButton value={value} timeout={1_500}>
      {({ copied, copy }) => (
        <Tip label={copied ? 'Copied' : `Copy ${value}`}>
          <UnstyledButton
            ff="monospace"
            fz={12}
            aria-label={`Copy ${shown}`}
            onClick={(event) => {
              event.stopPropagation()
              copy()
            }}
          >
            {shown}
          </UnstyledButton>
        </Tip>
      )}
    </CopyButton>
  )
}
