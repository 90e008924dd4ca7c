/** The other end of `go`: a program loads itself, then waits here, so that the time until it is killed is all work. */
import { writeSync } from 'node:fs'

export function begun(): Promise<void> {
  writeSync(1, 'loaded\n')
  return new Promise((resolve) => {
    process.stdin.once('data', () => {
      process.stdin.destroy()
      resolve()
    })
  })
}
