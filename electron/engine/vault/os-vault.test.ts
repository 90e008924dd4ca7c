import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SecretService, startSecretService } from '../../../test/secret-service.ts'

const vaultFile = resolve(import.meta.dirname, 'os-vault.ts')
let service: SecretService
beforeAll(async () => {
  service = await startSecretService()
})
afterAll(() => service.stop())

/** Runs a few lines against the OS vault in a process that sees the given bus; answers what it printed as JSON. */
function inProcess(env: Record<string, string>, body: string): unknown {
  const program = `import { createOsVault } from ${JSON.stringify(vaultFile)}
    const vault = createOsVault()
    const told = async (work) => { try { return { ok: await work() } } catch (error) { return { code: error.failure?.code, message: error.message } } }
    console.log(JSON.stringify(await (async () => { ${body} })()))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    env,
    encoding: 'utf8',
    timeout: 30_000,
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

test('a real keychain keeps a secret for the next process, and forgets it when told', () => {
  expect(inProcess(service.env, `await vault.set('Atlas UX/t', 'slack/1', 'the secret'); return vault.status()`)).toMatchObject({
    backend: 'os',
    name: 'Secret Service',
    state: 'ok',
    locked: false,
  })
  expect(inProcess(service.env, `return vault.get('Atlas UX/t', 'slack/1')`)).toBe('the secret')
  expect(
    inProcess(
      service.env,
      `return [await vault.get('Atlas UX/u', 'slack/1'), await vault.delete('Atlas UX/t', 'slack/1'), await vault.get('Atlas UX/t', 'slack/1')]`,
    ),
  ).toEqual([null, true, null])
})

test('secrets of every size and script come back as they were', () => {
  const body = `const secrets = ['x', 'ключ 🔑 \\u0000 end', 'a'.repeat(2560), 'b'.repeat(20000)]
    const back = []
    for (const [at, secret] of secrets.entries()) { await vault.set('Atlas UX/s', 'p/' + at, secret); back.push(await vault.get('Atlas UX/s', 'p/' + at) === secret) }
    return back`
  expect(inProcess(service.env, body)).toEqual([true, true, true, true])
})

test('a bus without a store, and no bus at all, are told as "no store", at once and never as "nothing configured"', async () => {
  const empty = await startSecretService({ keyring: false })
  try {
    expect(inProcess(empty.env, 'return vault.status()')).toMatchObject({ state: 'no_store', locked: true })
    expect(inProcess(empty.env, `return told(() => vault.get('Atlas UX/t', 'slack/1'))`)).toMatchObject({
      code: 'vault_no_store',
    })
  } finally {
    await empty.stop()
  }
  const { DBUS_SESSION_BUS_ADDRESS: _gone, ...noBus } = service.env
  expect(inProcess({ ...noBus, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }, 'return vault.status()')).toMatchObject({
    state: 'no_store',
  })
})
