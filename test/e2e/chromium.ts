/** The system's browser, and how it is started: nothing of its own may look for the network. */
import { existsSync } from 'node:fs'

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const quiet = [
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Options to launch it with; refuses in words when there is none. */
export function chromiumOptions(): { executablePath: string; args: string[] } {
  const executablePath = places.find((place) => place !== undefined && existsSync(place))
  if (!executablePath)
    throw new Error('No Chromium was found. Install one (apt-get install chromium) or name it in CHROMIUM_PATH.')
  return { executablePath, args: [...quiet, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])] }
}
