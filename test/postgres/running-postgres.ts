/** A PostgreSQL of this test alone behind a PgBouncer in transaction mode, both on loopback, ended by their own process ids. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asPostgres, freePort, listening, serverFolders } from '../own-server.ts'

const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort() : []
const bin = `/usr/lib/postgresql/${versions.at(-1) ?? 'none'}/bin`
const isRoot = process.getuid?.() === 0
const pgbouncer = '/usr/sbin/pgbouncer'

export const user = 'keeper'
export const password = 'p@ss word/1'

export interface RunningPostgres {
  directPort: number
  pooledPort: number
  url(over: 'direct' | 'pooled', more?: { password?: string; database?: string; user?: string }): string
  stop(): Promise<void>
}

function start(command: string, args: string[]): ChildProcess {
  return spawn(...asPostgres(command, args), { stdio: ['ignore', 'ignore', 'ignore'] })
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}

function own(folder: string, ...paths: string[]): void {
  if (!isRoot) return
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  for (const path of [folder, ...paths]) chownSync(path, id('-u'), id('-g'))
}

async function startServer(folder: string, port: number): Promise<ChildProcess> {
  const data = join(folder, 'data')
  const secret = join(folder, 'password')
  writeFileSync(secret, password)
  own(folder, secret)
  const init = ['-D', data, '-U', user, '--auth=scram-sha-256', `--pwfile=${secret}`, '--no-sync', '-E', 'UTF8', '--locale=C']
  execFileSync(...asPostgres(join(bin, 'initdb'), init), { stdio: 'ignore' })
  const set = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'max_connections=8',
    'superuser_reserved_connections=1',
  ]
  const child = start(join(bin, 'postgres'), ['-D', data, '-p', `${port}`, ...set.flatMap((one) => ['-c', one])])
  await listening(port, child)
  return child
}

async function startPooler(folder: string, ports: { server: number; pooler: number }): Promise<ChildProcess> {
  const users = join(folder, 'users.txt')
  const config = join(folder, 'pgbouncer.ini')
  writeFileSync(users, `"${user}" "${password}"\n`)
  writeFileSync(
    config,
    `[databases]
* = host=127.0.0.1 port=${ports.server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ports.pooler}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 2
max_client_conn = 50
`,
  )
  own(folder, users, config)
  const child = start(pgbouncer, [config])
  await listening(ports.pooler, child)
  return child
}

export async function startPostgres(): Promise<RunningPostgres> {
  const folder = mkdtempSync(join(serverFolders, 'atlas-postgres-'))
  const [directPort, pooledPort] = [await freePort(), await freePort()]
  const server = await startServer(folder, directPort)
  const pooler = await startPooler(folder, { server: directPort, pooler: pooledPort })
  return {
    directPort,
    pooledPort,
    url(over, more = {}) {
      const port = over === 'direct' ? directPort : pooledPort
      const secret = encodeURIComponent(more.password ?? password)
      return `postgresql://${more.user ?? user}:${secret}@127.0.0.1:${port}/${more.database ?? 'postgres'}`
    },
    async stop() {
      await end(pooler, 'SIGINT')
      await end(server, 'SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
