/** Starts one of the product's programs with the Node it brings along: `node scripts/run.mjs serve --port 0`. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuild, ensureDependencies, environment, node, root } from './setup.mjs'

/** Runs a program to its end, passing on signals, and ends as it ended. */
export function runToEnd(command, args, env = {}) {
  const child = spawn(command, args, { cwd: process.cwd(), stdio: 'inherit', env: environment(env) })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`${command} could not be started: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal ? 1 : 0)
  })
}

/**
 * What Node is told before a program begins.
 *
 * Why   in its usual size the young part of the heap holds on to 140 MB of memory under load, and nothing is quicker for it
 */
const { nodeFlags } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).config

export function runProgram(name, args) {
  runToEnd(node, [...nodeFlags, join(root, 'out', 'main', `${name}.js`), ...args])
}

if (process.argv[1] === import.meta.filename) {
  const [name = '', ...args] = process.argv.slice(2)
  ensureDependencies()
  ensureBuild()
  runProgram(name, args)
}
