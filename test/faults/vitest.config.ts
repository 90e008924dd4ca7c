import { defineConfig } from 'vitest/config'

/** Those that judge how quick the product is meanwhile, or how much memory it takes: nothing else runs beside them. */
const alone = ['backup', 'built-start', 'disk-full', 'keychain', 'loopback', 'power-cut', 'soak', 'tenants', 'zombies']
const fileOf = (suite: string) => `test/faults/${suite}.test.ts`

const common = {
  pool: 'forks',
  testTimeout: process.env.ATLAS_FAULTS === 'nightly' ? 7_200_000 : 600_000,
  hookTimeout: 120_000,
} as const

/** Whole processes that are killed, cut and lied to: two suites at a time and then one, short unless ATLAS_FAULTS=nightly. */
export default defineConfig({
  test: {
    globalSetup: ['test/faults/tally.ts'],
    projects: [
      {
        test: {
          ...common,
          name: 'beside others',
          include: [fileOf('*')],
          exclude: alone.map(fileOf),
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: { ...common, name: 'alone', include: alone.map(fileOf), maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
