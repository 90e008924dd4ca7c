/** `npm start`: the desktop where Electron can run, else the same product in the browser, saying which and why. */

import { runProgram, runToEnd } from './run.mjs'
import { electronBinary, ensureBuild, ensureDependencies, root, whyNoDesktop } from './setup.mjs'

ensureDependencies()
ensureBuild()
const reason = whyNoDesktop()
if (reason === undefined) {
  console.error('Starting the desktop.')
  runToEnd(electronBinary(), [root, ...process.argv.slice(2)])
} else {
  console.error(`Starting in the browser, since ${reason}.`)
  runProgram('serve', process.argv.slice(2))
}
