/** `npm run faults`: the fault suites alone, their counts written to docs/figures.md; `npm run faults -- --nightly` for the long ones. */
import { join } from 'node:path'
import { runToEnd } from './run.mjs'
import { ensureBuild, ensureDependencies, ensureSystemPackages, node, root } from './setup.mjs'

ensureDependencies()
ensureSystemPackages()
ensureBuild()
const nightly = process.argv.includes('--nightly')
const rest = process.argv.slice(2).filter((argument) => argument !== '--nightly')
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
// A run of some suites alone would leave the others' figures out of the page.
const figures = rest.length === 0 ? { ATLAS_FIGURES: 'write' } : {}
runToEnd(node, [vitest, 'run', '-c', 'test/faults/vitest.config.ts', ...rest], {
  ...figures,
  ...(nightly ? { ATLAS_FAULTS: 'nightly' } : {}),
})
