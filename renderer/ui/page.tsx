/** The frame of every screen: title, what it says of itself, actions, content, and an inspector beside it. */
import { Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './page.module.css'

export interface PageProps {
  title: string
  /** One sentence under the title. */
  lead?: ReactNode
  actions?: ReactNode
  /** The inspector; it takes its own width and pushes the content aside. */
  aside?: ReactNode
  /** `bleed`: tables run edge to edge and scroll by themselves. */
  bleed?: boolean
  children: ReactNode
}

export function Page({ title, lead, actions, aside, bleed = false, children }: PageProps) {
  return (
    <div className={classes.page}>
      <main className={classes.main} id="content" tabIndex={-1}>
        <header className={classes.head}>
          <div>
            <Title order={1}>{title}</Title>
            {lead ? (
              <Text c="dimmed" size="sm" maw={720} component="div">
                {lead}
              </Text>
            ) : null}
          </div>
          {actions ? <Group gap="xs">{actions}</Group> : null}
        </header>
        <div className={bleed ? classes.bleed : classes.body}>{children}</div>
      </main>
      {aside}
    </div>
  )
}
