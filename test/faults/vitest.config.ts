import { defineConfig } from 'vitest/config'

/** Whole processes that are killed, cut and lied to: one suite at a time, short unless ATLAS_FAULTS=nightly. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/faults/tally.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: process.env.ATLAS_FAULTS === 'nightly' ? 7_200_000 : 600_000,
    hookTimeout: 120_000,
  },
})
