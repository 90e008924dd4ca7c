/** A real Secret Service of its own: a private D-Bus and an unlocked gnome-keyring, stopped by process id. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SecretService {
  /** Environment of a process that shall use it. */
  env: Record<string, string>
  stop(): Promise<void>
}

const missing =
  'The keychain tests need a Secret Service. On Debian type: apt-get install --no-install-recommends dbus gnome-keyring'

function started(command: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'ignore'] })
  return child
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (text.includes('\n')) resolve(text.split('\n', 1)[0] ?? '')
    })
    child.once('error', () => reject(new Error(missing)))
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)))
  })
}

/** The daemon says nothing when it is ready; the bus knows. */
async function ownsName(env: Record<string, string>): Promise<void> {
  const args = [
    '--session',
    '--print-reply=literal',
    '--dest=org.freedesktop.DBus',
    '/',
    'org.freedesktop.DBus.NameHasOwner',
    'string:org.freedesktop.secrets',
  ]
  const until = Date.now() + 15_000
  while (Date.now() < until) {
    const { stdout, error } = spawnSync('dbus-send', args, { env, encoding: 'utf8' })
    if (error) throw new Error(missing, { cause: error })
    if (stdout.includes('true')) return
    await new Promise(setImmediate)
  }
  throw new Error('gnome-keyring-daemon did not take its name within 15 s')
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => child.once('exit', () => resolve()))
}

/** `keyring: false` gives a bus without any store behind it. */
export async function startSecretService({ keyring = true } = {}): Promise<SecretService> {
  const home = mkdtempSync(join(tmpdir(), 'atlas-keyring-'))
  const base = { PATH: process.env.PATH ?? '', HOME: home, XDG_DATA_HOME: home, XDG_RUNTIME_DIR: home, XDG_CONFIG_HOME: home }
  const bus = started('dbus-daemon', ['--session', '--nofork', '--print-address'], base)
  const env = { ...base, DBUS_SESSION_BUS_ADDRESS: await firstLine(bus) }
  const children = [bus]
  if (keyring) {
    const daemon = started('gnome-keyring-daemon', ['--unlock', '--components=secrets', '--foreground'], env)
    children.push(daemon)
    daemon.stdin?.end('test')
    await ownsName(env)
  }
  return {
    env,
    async stop() {
      for (const child of children.reverse()) {
        child.kill('SIGTERM')
        await ended(child)
      }
      rmSync(home, { recursive: true, force: true })
    },
  }
}
