/** An id or hash: monospaced, shortened in the middle, whole on hover, copied by a click. */
import { CopyButton, Tooltip, UnstyledButton } from '@mantine/core'
import { shorten } from './shorten.ts'

export function Ident({ value, length = 14 }: { value: string; length?: number }) {
  const shown = shorten(value, length)
  return (
    <CopyButton value={value} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `Copy ${value}`}>
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
        </Tooltip>
      )}
    </CopyButton>
  )
}
