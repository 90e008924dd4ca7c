/** Brings a fresh checkout to where it can run: dependencies, build, and for tests the system packages. Needs only the Node that ships with npm. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '..')
const bin = join(root, 'node_modules', '.bin')
const windows = process.platform === 'win32'

/** The Node the project brings along; the one that started this script may be older. */
export const node = join(bin, windows ? 'node.cmd' : 'node')

/** Environment in which the project's own Node comes first. */
export function environment(more = {}) {
  return { ...process.env, ...more, PATH: `${bin}${delimiter}${process.env.PATH}` }
}

/** Runs a command of the set-up, its words on standard error; an error when it fails. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env: environment(), shell: windows, ...options })
  if (done.error) throw done.error
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${done.status ?? done.signal}`)
}

function digestOf(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

function isStamped(stamp, digest) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digest
}

/** Installs exactly what the lock file names, when it changed since the last time. */
export function ensureDependencies() {
  const stamp = join(root, 'node_modules', '.atlas-installed')
  const digest = digestOf(['package.json', 'package-lock.json'])
  if (isStamped(stamp, digest) && existsSync(node)) return
  console.error('Installing dependencies (npm ci) …')
  run('npm', ['ci', '--loglevel=error'])
  if (!existsSync(node)) {
    throw new Error(
      `No Node 24 came along for ${process.platform} ${process.arch}. Install Node 24 yourself and run "npm ci" again; supported are linux x64 and arm64, darwin x64 and arm64, win32 x64.`,
    )
  }
  writeFileSync(stamp, digest)
}

function filesUnder(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((file) => statSync(join(root, file)).isFile() && !/\.test\.tsx?$/.test(file))
    .sort()
}

/** Builds main, preload and page, when a source changed since the last time. */
export function ensureBuild() {
  const stamp = join(root, 'out', '.atlas-built')
  const sources = ['electron', 'renderer', 'shared', 'resources'].flatMap(filesUnder)
  const digest = digestOf([...sources, 'electron.vite.config.ts', 'package-lock.json'])
  if (isStamped(stamp, digest)) return
  console.error('Building …')
  run(join(bin, 'electron-vite'), ['build', '--logLevel', 'warn'])
  mkdirSync(join(root, 'out'), { recursive: true })
  writeFileSync(stamp, digest)
}

function onPath(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)))
}

const systemPackages = [
  { name: 'chromium', found: () => Boolean(process.env.CHROMIUM_PATH) || onPath('chromium') || onPath('chromium-browser') },
  { name: 'dbus', found: () => onPath('dbus-daemon') },
  { name: 'gnome-keyring', found: () => onPath('gnome-keyring-daemon') },
  { name: 'postgresql', found: () => existsSync('/usr/lib/postgresql') },
  { name: 'pgbouncer', found: () => onPath('pgbouncer') || existsSync('/usr/sbin/pgbouncer') },
  { name: 'strace', found: () => onPath('strace') },
]
const optionalPackages = [{ name: 'redis-server', found: () => onPath('redis-server') }]

/** What the tests need of the system: a browser, a Secret Service to keep secrets in, a database with its pooler, and a tracer for the power-cut replay; `more` names what only the figures need. */
export function ensureSystemPackages(more = []) {
  const needed = [...systemPackages, ...optionalPackages.filter(({ name }) => more.includes(name))]
  const missing = needed.filter(({ found }) => !found()).map(({ name }) => name)
  if (missing.length === 0) return
  const install = `apt-get install --no-install-recommends -y ${missing.join(' ')}`
  const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get')
  if (!mayInstall) throw new Error(`The tests need ${missing.join(', ')}. On Debian or Ubuntu type:\n\n  sudo ${install}\n`)
  console.error(`Installing ${missing.join(', ')} (apt) …`)
  const quiet = { stdio: ['ignore', 'ignore', 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  run('apt-get', ['update', '-qq'], quiet)
  run('apt-get', install.split(' ').slice(1), quiet)
}

/** Whether Electron's own binary is here and has a screen to open its window on; if not, why. */
export function whyNoDesktop() {
  const folder = join(root, 'node_modules', 'electron')
  const named = existsSync(join(folder, 'path.txt'))
  if (!named || !existsSync(join(folder, 'dist')))
    return "Electron's binary is not installed (node node_modules/electron/install.js downloads it)"
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display'
  return undefined
}

/** Path of Electron's binary, once {@link whyNoDesktop} found nothing against it. */
export function electronBinary() {
  return execFileSync(node, ['-p', "require('electron')"], { cwd: root, encoding: 'utf8', env: environment() }).trim()
}
