/** kill -9 while secrets are encrypted anew under another passphrase: the old file or the new one, each with every secret. */
import { existsSync, mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFileVault } from '../../electron/engine/vault/file-vault.ts'
import { bundleProgram } from './bundle.ts'
import { startProgram } from './program.ts'
import { report, scaled } from './scale.ts'

/** The steps of writing the new file in their order, and which passphrase opens what lies there after a death. */
const steps = [
  ['before open', 'old'],
  ['after open', 'old'],
  ['half written', 'old'],
  ['after write', 'old'],
  ['after sync', 'old'],
  ['before rename', 'old'],
  ['after rename', 'new'],
] as const
const deathsEach = scaled(1, 20)
const secrets = Array.from({ length: 40 }, (_, at) => [`tenant-${at % 4}`, `slack/${at}`, `secret number ${at}`] as const)

let folder = ''
let program = ''
let file = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-passphrase-'))
  program = await bundleProgram('passphrase-program', folder)
  file = join(folder, 'vault.json')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function changeAndDie(from: string, to: string, point: string, more: string[] = []): Promise<void> {
  const dying = startProgram(program, { arguments: ['--file', file, '--from', from, '--to', to, '--point', point, ...more] })
  await dying.go()
  expect(await dying.ended, point).toBeNull()
  // The lock of a dead process is broken after ten seconds; here they have passed at once.
  if (existsSync(`${file}.lock`)) utimesSync(`${file}.lock`, 1, 1)
}

/** Whether a passphrase opens the file, and every secret is there. */
async function opensWhole(passphrase: string): Promise<boolean> {
  const vault = createFileVault(file)
  try {
    await vault.unlock(passphrase)
    const found = await Promise.all(secrets.map(([service, account]) => vault.get(service, account)))
    return found.every((secret, at) => secret === secrets[at]?.[2])
  } catch {
    return false
  }
}

test('a death at any step leaves the old file or the new one, and every secret in it', async () => {
  const vault = createFileVault(file)
  let inForce = 'passphrase 0'
  await vault.unlock(inForce)
  for (const secret of secrets) await vault.set(...secret)
  const wrong: string[] = []
  for (const [at, [point, expected]] of Array.from({ length: deathsEach }, () => steps)
    .flat()
    .entries()) {
    const next = `passphrase ${at + 1}`
    await changeAndDie(inForce, next, point)
    const opens = { old: await opensWhole(inForce), new: await opensWhole(next) }
    if (!opens[expected] || opens.old === opens.new) wrong.push(`${point}: ${JSON.stringify(opens)}`)
    if (opens.new) inForce = next
  }
  report(
    `passphrase: ${steps.length * deathsEach} deaths at ${steps.length} steps of encrypting ${secrets.length} secrets anew, the old key in force before the rename and the new one after it`,
  )
  expect(wrong).toEqual([])
})

test('control: a file that is written over the old one is found lost', async () => {
  const from = 'control passphrase'
  rmSync(file, { force: true })
  const vault = createFileVault(file)
  await vault.unlock(from)
  for (const secret of secrets) await vault.set(...secret)
  await changeAndDie(from, 'another passphrase', 'half written', ['--in-place'])
  expect([await opensWhole(from), await opensWhole('another passphrase')]).toEqual([false, false])
  report('passphrase, control: a file written over the old one was found lost after a death in the middle')
})
