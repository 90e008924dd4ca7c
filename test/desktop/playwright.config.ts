/** The rehearsal of the desktop app. It starts its own browser or Electron; Playwright only leads. */
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  testMatch: 'rehearsal.spec.ts',
  outputDir: '../../test-results/desktop',
  fullyParallel: false,
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
})
