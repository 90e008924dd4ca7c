/** A screen that broke: says so in words, and offers to draw it again. */
import { Button } from '@mantine/core'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'

export function ScreenBroke({ error, reset }: ErrorComponentProps) {
  const retry = (
    <Button variant="default" onClick={reset}>
      Draw the screen again
    </Button>
  )
  return (
    <main id="content" tabIndex={-1} style={{ padding: 20 }}>
      <FailurePanel failure={failureOf(error)} live actions={retry} />
    </main>
  )
}
