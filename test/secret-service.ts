/** Starts a real Secret Service (gnome-keyring) on a private bus with private folders, and stops it by process id. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

export interface SecretService {
  /** Environment for a process that is to use it; D-Bus is found by environment alone. */
  env: Record<string, string>
  /** Locks the collection as a desktop does when its session is locked. */
  lock(): void
  /** It takes questions and answers none, until it is thawed. */
  freeze(): void
  thaw(): void
  /** Begins anew on the same secrets, with this password or, as after a sign-in without one, with none. */
  restart(password: string | null): Promise<void>
  /** How many entries its collection holds. */
  count(): number
  stop(): Promise<void>
}

export interface SecretServiceOptions {
  /** Without a password there is a service but no collection, as on a machine where nobody ever signed in. */
  password?: string | null
  /** Without a keyring there is a bus and nobody on it who keeps secrets. */
  keyring?: boolean
}

const install = 'apt-get install --no-install-recommends -y dbus gnome-keyring'

/** No service folder: nothing may be started on this bus that nobody stops. */
const busConfig = (folder: string) => `<busconfig><type>session</type><listen>unix:dir=${folder}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

function requirePrograms(): void {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const missing = ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon'].filter(
    (program) => !folders.some((folder) => existsSync(join(folder, program))),
  )
  if (missing.length > 0) throw new Error(`The Secret Service needs ${missing.join(', ')}. Type: sudo ${install}`)
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk) => {
      text += chunk
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code} before it was ready`)))
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

function send(env: Record<string, string>, destination: string, path: string, ...message: string[]): string {
  const args = ['--session', '--print-reply', `--dest=${destination}`, path, ...message]
  return execFileSync('dbus-send', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

async function untilOnBus(env: Record<string, string>, name: string): Promise<void> {
  const question = ['org.freedesktop.DBus.NameHasOwner', `string:${name}`] as const
  const until = performance.now() + 10_000
  while (!send(env, 'org.freedesktop.DBus', '/org/freedesktop/DBus', ...question).includes('true')) {
    if (performance.now() > until) throw new Error(`${name} did not come onto the bus within 10 s`)
    await wait(20)
  }
}

function startKeyring(env: Record<string, string>, password: string | null): ChildProcess {
  const unlock = password === null ? [] : ['--unlock']
  const args = ['--foreground', '--components=secrets', ...unlock]
  const keyring = spawn('gnome-keyring-daemon', args, { env, stdio: ['pipe', 'ignore', 'ignore'] })
  keyring.stdin?.end(password ?? '')
  return keyring
}

const secrets = 'org.freedesktop.secrets'
const collection = '/org/freedesktop/secrets/collection/login'

function lock(env: Record<string, string>): void {
  send(env, secrets, '/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.Lock', `array:objpath:${collection}`)
}

function count(env: Record<string, string>): number {
  const property = ['string:org.freedesktop.Secret.Collection', 'string:Items']
  return send(env, secrets, collection, 'org.freedesktop.DBus.Properties.Get', ...property).split('object path').length - 1
}

export async function startSecretService(options: SecretServiceOptions = {}): Promise<SecretService> {
  const { password = 'test', keyring = true } = options
  requirePrograms()
  const folder = mkdtempSync(join(tmpdir(), 'atlas-secrets-'))
  const runtime = join(folder, 'runtime')
  mkdirSync(runtime, { mode: 0o700 })
  const config = join(folder, 'bus.conf')
  writeFileSync(config, busConfig(runtime))
  const places = { HOME: folder, XDG_DATA_HOME: join(folder, 'data'), XDG_RUNTIME_DIR: runtime, PATH: process.env.PATH ?? '' }
  const bus = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address'], {
    env: places,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const running: ChildProcess[] = [bus]
  let daemon: ChildProcess | undefined
  async function stop(): Promise<void> {
    for (const child of running.toReversed()) await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const env = { ...places, DBUS_SESSION_BUS_ADDRESS: await firstLine(bus) }
    const start = async (given: string | null) => {
      daemon = startKeyring(env, given)
      running.push(daemon)
      await untilOnBus(env, secrets)
    }
    if (keyring) await start(password)
    return {
      env,
      lock: () => lock(env),
      freeze: () => void daemon?.kill('SIGSTOP'),
      thaw: () => void daemon?.kill('SIGCONT'),
      async restart(anew) {
        if (daemon) await end(daemon)
        await start(anew)
      },
      count: () => count(env),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
