/** Changes the passphrase of an encrypted file of secrets, and ends as a crash would at one step of writing it. */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { parseArgs } from 'node:util'
import { createFileVault } from '../../electron/engine/vault/file-vault.ts'
import { begun } from './when-told.ts'

const { values } = parseArgs({
  options: {
    file: { type: 'string', default: '' },
    from: { type: 'string', default: '' },
    to: { type: 'string', default: '' },
    /** Where it dies, such as `before rename`. */
    point: { type: 'string', default: '' },
    /** The fault on purpose: the new file is written over the old one. */
    'in-place': { type: 'boolean', default: false },
  },
})
const { file, from, to, point } = values

function dieAt(step: string): void {
  if (step === point) process.kill(process.pid, 'SIGKILL')
}

const { openSync, writeFileSync, fsyncSync, renameSync } = fs
fs.openSync = ((path: fs.PathLike, flags: fs.OpenMode, mode?: fs.Mode) => {
  const isNext = String(path).endsWith('.next')
  if (isNext) dieAt('before open')
  const handle = openSync(isNext && values['in-place'] ? file : path, flags, mode)
  if (isNext) dieAt('after open')
  return handle
}) as typeof fs.openSync
fs.writeFileSync = ((target: fs.PathOrFileDescriptor, text: string, ...rest: [fs.WriteFileOptions?]) => {
  const isNext = typeof target === 'number'
  if (isNext && point === 'half written') writeFileSync(target, text.slice(0, text.length / 2))
  if (isNext) dieAt('half written')
  writeFileSync(target, text, ...rest)
  if (isNext) dieAt('after write')
}) as typeof fs.writeFileSync
fs.fsyncSync = (handle) => {
  fsyncSync(handle)
  dieAt('after sync')
}
fs.renameSync = (old, path) => {
  dieAt('before rename')
  renameSync(old, path)
  dieAt('after rename')
}

const vault = createFileVault(file)
await begun()
syncBuiltinESMExports()
await vault.changePassphrase(from, to)
