/** A named region that scrolls, and that the keyboard can reach to scroll it. */
import type { HTMLAttributes, ReactNode } from 'react'

export interface ScrollRegionProps extends HTMLAttributes<HTMLElement> {
  children: ReactNode
}

export function ScrollRegion({ children, ...section }: ScrollRegionProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section tabIndex={0} {...section}>
      {children}
    </section>
  )
}
