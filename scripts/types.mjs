/** Type-checks every runtime with its own libraries: shared without Node or DOM, the page without Node, the engine without DOM. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { environment, node, root } from './setup.mjs'

const projects = ['tsconfig.shared.json', 'tsconfig.json', 'tsconfig.renderer.json', 'tsconfig.e2e.json']
let ok = true
for (const project of projects) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const done = spawnSync(node, [tsc, '-p', project], { cwd: root, stdio: 'inherit', env: environment() })
  ok = ok && done.status === 0
}
process.exitCode = ok ? 0 : 1
