/** Runs a TypeScript program of the repository with the project's own Node: `node scripts/run-source.mjs bench/main.ts`. */

import { runToEnd } from './run.mjs'
import { ensureBuild, ensureDependencies, node } from './setup.mjs'

ensureDependencies()
ensureBuild()
runToEnd(node, process.argv.slice(2))
