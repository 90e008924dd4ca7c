import { defineConfig } from 'vitest/config'

/** Slow tests of the desktop host that no browser spec holds: the double itself, and packing. Run by their own script. */
export default defineConfig({
  test: {
    include: ['test/desktop/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
})
