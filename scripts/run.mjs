/** Starts one of the product's programs with the Node it brings along: `node scripts/run.mjs serve --port 0`. */
import { spawn } from 'node:child_process'
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

export function runProgram(name, args) {
  runToEnd(node, [join(root, 'out', 'main', `${name}.js`), ...args])
}

if (process.argv[1] === import.meta.filename) {
  const [name = '', ...args] = process.argv.slice(2)
  ensureDependencies()
  ensureBuild()
  runProgram(name, args)
}
