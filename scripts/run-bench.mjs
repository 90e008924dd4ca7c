/** `npm run bench`: installs the peers in bench/ alone, checks its types, and takes the figures; `npm run bench -- start` takes one area's. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runToEnd } from './run.mjs'
import { ensureBuild, ensureDependencies, ensureSystemPackages, node, root, run } from './setup.mjs'

function ensurePeers() {
  const stamp = join(root, 'bench', 'node_modules', '.atlas-installed')
  const lock = readFileSync(join(root, 'bench', 'package-lock.json'), 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.error('Installing the peers of the figures (npm install in bench/) …')
  // Not npm ci: it finds the lock incomplete that npm itself wrote, for packages of other platforms.
  run('npm', ['install', '--prefix', 'bench', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, lock)
}

ensureDependencies()
ensureSystemPackages(['redis-server'])
ensureBuild()
ensurePeers()
run(node, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'bench/tsconfig.json'])
runToEnd(node, ['--expose-gc', join(root, 'bench', 'main.ts'), ...process.argv.slice(2)])
