/** `npm run check`: one yes or no before every commit — types, lint, dead code, unit and architecture tests. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureDependencies, environment, node, root } from './setup.mjs'

ensureDependencies()
const tool = (name) => join(root, 'node_modules', ...name.split('/'))
const steps = [
  [join(root, 'scripts', 'types.mjs')],
  [tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings'],
  [tool('knip/bin/knip.js')],
  [tool('vitest/vitest.mjs'), 'run'],
]
const failed = steps.filter((args) => spawnSync(node, args, { cwd: root, stdio: 'inherit', env: environment() }).status !== 0)
process.exitCode = failed.length === 0 ? 0 : 1
