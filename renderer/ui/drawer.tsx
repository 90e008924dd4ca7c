/** The one inspector on the right: 480 px, closed by Esc, gives the focus back to where it was. */
import { ActionIcon, Group, Text, Tooltip } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import classes from './drawer.module.css'
import { ScrollRegion } from './scroll-region.tsx'

const floating = '[role="dialog"], [role="listbox"], [role="menu"]'

/** Lists stay in the page while they are closed, so being there is not enough. */
function isSomethingFloating(): boolean {
  return [...document.querySelectorAll(floating)].some((element) => element.checkVisibility())
}

export interface DrawerProps {
  title: ReactNode
  /** Beside the title: a chip, buttons. */
  actions?: ReactNode
  onClose: () => void
  children: ReactNode
}

export function Drawer({ title, actions, onClose, children }: DrawerProps) {
  const titleId = useId()
  const panel = useRef<HTMLElement>(null)
  const close = useRef(onClose)
  close.current = onClose

  useEffect(() => {
    const before = document.activeElement
    panel.current?.focus()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // Whatever floats above the drawer closes first, so it is looked for before anybody else hears the key.
      if (event.key !== 'Escape' || isSomethingFloating()) return
      close.current()
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  }, [])

  return (
    <aside className={classes.drawer} aria-labelledby={titleId} ref={panel} tabIndex={-1}>
      <header className={classes.head}>
        <Text id={titleId} component="h2" fw={600} fz={14} m={0} className={classes.title}>
          {title}
        </Text>
        <Group gap="xs" wrap="nowrap">
          {actions}
          <Tooltip label="Close (Esc)">
            <ActionIcon aria-label="Close" onClick={onClose}>
              <IconX size={16} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </header>
      <ScrollRegion className={classes.body} aria-labelledby={titleId}>
        {children}
      </ScrollRegion>
    </aside>
  )
}
