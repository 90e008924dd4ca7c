/** A real browser on `serve`: the system's Chromium, one engine per file, everything on loopback. */
import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = places.find((place) => place !== undefined && existsSync(place))
if (!executablePath) throw new Error('No Chromium was found. Install one (apt-get install chromium) or name it in CHROMIUM_PATH.')

/** Nothing of the browser's own may look for the network. */
const quiet = [
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/e2e',
  fullyParallel: false,
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    viewport: { width: 1366, height: 860 },
    launchOptions: { executablePath, args: [...quiet, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])] },
    trace: 'retain-on-failure',
  },
})
