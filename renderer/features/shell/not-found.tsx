/** An address that leads nowhere. */
import { Anchor, VisuallyHidden } from '@mantine/core'
import { EmptyState } from '../../ui/empty-state.tsx'

export function NotFound() {
  return (
    <main id="content" tabIndex={-1}>
      <VisuallyHidden>
        <h1>Not found</h1>
      </VisuallyHidden>
      <EmptyState title="There is nothing at this address" action={<Anchor href="#/integrations">Go to Integrations</Anchor>}>
        It may come from another version of Atlas UX.
      </EmptyState>
    </main>
  )
}
