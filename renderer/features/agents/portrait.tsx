/** An agent's tile: its initial on a tone of its own, never an invented face. */
import { Avatar } from '@mantine/core'

export function Portrait({ name, size = 28 }: { name: string; size?: number }) {
  return (
    <Avatar size={size} radius="sm" color="initials" name={name} variant="default" aria-hidden>
      {name.slice(0, 1)}
    </Avatar>
  )
}
