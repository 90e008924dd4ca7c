/** Which browsers this machine has: the Chromium of the system, and Electron's own binary. Never downloads one. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Path of Chromium. */
export function findChromium(): string {
  const found = places.find((place) => place !== undefined && existsSync(place))
  if (!found) throw new Error('No Chromium was found. Install one (apt-get install chromium) or name it in CHROMIUM_PATH.')
  return found
}

/** Path of Electron's binary where it is installed and has a display; asking the package itself would start a download. */
export function findElectron(): string | undefined {
  const folder = join(root, 'node_modules', 'electron')
  const named = join(folder, 'path.txt')
  const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY)
  if (!existsSync(named) || !hasDisplay) return undefined
  const binary = join(folder, 'dist', readFileSync(named, 'utf8').trim())
  return existsSync(binary) ? binary : undefined
}
