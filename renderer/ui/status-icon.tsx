/** Draws the shape of a state, so that states stay apart without colour. */
import {
  IconCheck,
  IconCircle,
  IconCircleDashed,
  IconCircleFilled,
  IconCircleHalf2,
  IconClock,
  IconHandStop,
  type IconProps,
  IconRefresh,
  IconSlash,
  IconTriangleFilled,
  IconX,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Shape } from './status.ts'
import classes from './status-chip.module.css'

const icons: Readonly<Record<Shape, ComponentType<IconProps>>> = {
  'filled-circle': IconCircleFilled,
  'half-circle': IconCircleHalf2,
  triangle: IconTriangleFilled,
  clock: IconClock,
  ring: IconCircleDashed,
  'hollow-circle': IconCircle,
  'spinning-ring': IconCircleDashed,
  loop: IconRefresh,
  check: IconCheck,
  cross: IconX,
  slash: IconSlash,
  hand: IconHandStop,
}

export function StatusIcon({ shape, size = 12 }: { shape: Shape; size?: number }) {
  const Icon = icons[shape]
  return <Icon aria-hidden size={size} stroke={2} className={shape === 'spinning-ring' ? classes.spin : undefined} />
}
