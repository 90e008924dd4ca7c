/** A tooltip that costs nothing until somebody lingers: a screen of rows carries dozens of them. */
import { Tooltip } from '@mantine/core'
import { useTimeout, useWindowEvent } from '@mantine/hooks'
import { cloneElement, type HTMLAttributes, type ReactElement, type RefAttributes, useId, useRef, useState } from 'react'

type Told = HTMLAttributes<HTMLElement> & RefAttributes<HTMLElement>

export interface TipProps {
  label: string
  /** Wraps a long label. */
  multiline?: boolean
  /** One element that takes a ref and its events. */
  children: ReactElement<Told>
}

/** As long as the theme's tooltips wait. */
const lingerMs = 400

export function Tip({ label, multiline = false, children }: TipProps) {
  const [open, setOpen] = useState(false)
  const target = useRef<HTMLElement>(null)
  const id = useId()
  const { start, clear } = useTimeout(() => setOpen(true), lingerMs)
  const leave = () => {
    clear()
    setOpen(false)
  }
  const onFocus = () => {
    if (target.current?.matches(':focus-visible')) setOpen(true)
  }
  const events: Told = { onMouseEnter: start, onMouseLeave: leave, onFocus, onBlur: leave }
  return (
    <>
      {cloneElement(children, { ...events, ref: target, ...(open ? { 'aria-describedby': id } : {}) })}
      {open ? <OpenTip id={id} label={label} multiline={multiline} target={target} onClose={leave} /> : null}
    </>
  )
}

interface OpenTipProps {
  id: string
  label: string
  multiline: boolean
  target: React.RefObject<HTMLElement | null>
  onClose: () => void
}

function OpenTip({ id, label, multiline, target, onClose }: OpenTipProps) {
  useWindowEvent('keydown', (event) => {
    if (event.key === 'Escape') onClose()
  })
  return <Tooltip opened id={id} label={label} target={target} multiline={multiline} {...(multiline ? { maw: 280 } : {})} />
}
