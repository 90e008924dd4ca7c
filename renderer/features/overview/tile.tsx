/** A part of the overview under its own heading; where it fails, it fails alone. */
import { Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import classes from './overview.module.css'

export function Tile({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  const id = useId()
  return (
    <section className={wide ? `${classes.tile} ${classes.wide}` : classes.tile} aria-labelledby={id}>
      <Title order={2} id={id} className={classes.heading}>
        {title}
      </Title>
      {children}
    </section>
  )
}
