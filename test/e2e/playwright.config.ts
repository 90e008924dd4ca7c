/** A real browser on `serve`: the system's Chromium, one engine per file, everything on loopback. */
import { defineConfig } from '@playwright/test'
import { chromiumOptions } from './chromium.ts'

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
    launchOptions: chromiumOptions(),
    trace: 'retain-on-failure',
  },
})
