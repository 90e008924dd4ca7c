import { defineConfig } from 'vitest/config'

/** Whole processes that are killed, cut and lied to: one suite at a time, short unless ATLAS_FAULTS=nightly. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/faults/tally.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
})
