/** A PostgreSQL and a Redis of this run alone, on loopback, synced at each commit, ended by their own process ids. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { asPostgres, freePort, listening, serverFolders } from '../../test/own-server.ts'

export interface Server {
  port: number
  /** Processor time of the server with all its processes, so far. */
  cpuMs(): number
  stop(): Promise<void>
}

const postgresBin = `/usr/lib/postgresql/${readdirSync('/usr/lib/postgresql').sort().at(-1)}/bin`
const asRoot = process.getuid?.() === 0
const clockTickMs = 10

interface ProcessTimes {
  parent: number
  ms: number
}

function timesOf(pid: string): ProcessTimes | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [parent, user, system, userEnded, systemEnded] = [fields[1], fields[11], fields[12], fields[13], fields[14]]
    return { parent: parent ?? 0, ms: ((user ?? 0) + (system ?? 0) + (userEnded ?? 0) + (systemEnded ?? 0)) * clockTickMs }
  } catch {
    // The process ended while it was being looked at.
    return undefined
  }
}

function cpuOf(root: number | undefined): number {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const mine = all.map((pid) => ({ pid: Number(pid), times: timesOf(pid) }))
  return mine
    .filter(({ pid, times }) => pid === root || times?.parent === root)
    .reduce((sum, { times }) => sum + (times?.ms ?? 0), 0)
}

function stopper(child: ChildProcess, folder: string, signal: NodeJS.Signals): () => Promise<void> {
  return async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

export async function startPostgres(): Promise<Server> {
  const folder = mkdtempSync(join(serverFolders, 'atlas-bench-pg-'))
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  if (asRoot) chownSync(folder, id('-u'), id('-g'))
  const data = join(folder, 'data')
  execFileSync(
    ...asPostgres(join(postgresBin, 'initdb'), ['-D', data, '-U', 'bench', '--auth=trust', '-E', 'UTF8', '--locale=C']),
    {
      stdio: 'ignore',
    },
  )
  const port = await freePort()
  const set = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'synchronous_commit=on', 'shared_buffers=256MB']
  const args = ['-D', data, '-p', `${port}`, ...set.flatMap((one) => ['-c', one])]
  // Node's spawn follows setpriv's exec: the id is the server's own.
  const child = spawn(...asPostgres(join(postgresBin, 'postgres'), args), { stdio: 'ignore' })
  await listening(port, child)
  return { port, cpuMs: () => cpuOf(child.pid), stop: stopper(child, folder, 'SIGINT') }
}

export async function startRedis(): Promise<Server> {
  const folder = mkdtempSync(join(serverFolders, 'atlas-bench-redis-'))
  const port = await freePort()
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always']
  const child = spawn('redis-server', [...args, '--save', '', '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' })
  await listening(port, child)
  return { port, cpuMs: () => cpuOf(child.pid), stop: stopper(child, folder, 'SIGTERM') }
}
