import { defineConfig } from 'vitest/config'

/** A real PostgreSQL and a real PgBouncer, started by the tests on free ports of this machine. */
export default defineConfig({
  test: {
    include: ['test/postgres/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
