/** What servers need that run for a test or a figure alone: a user, a folder, a port, and a word when they listen. */
import type { ChildProcess } from 'node:child_process'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'

/** Servers refuse to run as root; then they run as the user that came with their package. */
const asRoot = process.getuid?.() === 0
/** A folder that this other user may enter: root's own may be closed to it. */
export const serverFolders = asRoot ? '/var/tmp' : tmpdir()

export function asPostgres(command: string, args: string[]): [string, string[]] {
  if (!asRoot) return [command, args]
  return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', command, ...args]]
}

export function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    }),
  )
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (yes: boolean) => {
      socket.destroy()
      resolve(yes)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}

export async function listening(port: number, child: ChildProcess): Promise<void> {
  const until = Date.now() + 60_000
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`nobody came to listen on port ${port}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
