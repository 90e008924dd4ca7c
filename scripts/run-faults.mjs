/** `npm run faults`: the fault suites alone, their counts written to docs/figures.md; `-- --nightly` for the long ones, `-- --soak 8h` for the soak alone. */
import { join } from 'node:path'
import { runToEnd } from './run.mjs'
import { ensureBuild, ensureDependencies, ensureSystemPackages, node, root } from './setup.mjs'

ensureDependencies()
ensureSystemPackages()
ensureBuild()
const given = process.argv.slice(2)
const nightly = given.includes('--nightly')
const soakAt = given.indexOf('--soak')
const soak = soakAt >= 0 ? (given[soakAt + 1] ?? '8h') : undefined
const suites = given.filter((argument, at) => argument !== '--nightly' && (soakAt < 0 || (at !== soakAt && at !== soakAt + 1)))
const rest = soak === undefined ? suites : [...suites, 'test/faults/soak.test.ts']
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
// A run of some suites alone would leave the others' figures out of the page.
const figures = rest.length === 0 ? { ATLAS_FIGURES: 'write' } : {}
runToEnd(node, [vitest, 'run', '-c', 'test/faults/vitest.config.ts', ...rest], {
  ...figures,
  ...(nightly ? { ATLAS_FAULTS: 'nightly' } : {}),
  ...(soak === undefined ? {} : { ATLAS_SOAK: soak }),
})
