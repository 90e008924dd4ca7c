import { afterEach, expect, test } from 'vitest'
import { type RunningApp, runApp } from './running-app.ts'

let running: RunningApp
afterEach(() => running.stop())

test('whoever opens, closes or changes secret storage is told in the log, and so is whoever was refused', async () => {
  running = await runApp({ ATLAS_VAULT: 'file', ATLAS_VAULT_PASSPHRASE: 'correct horse' })
  const ask = async (path: string, body: unknown) => (await running.ask('POST', path, { body })).status
  const [wrong, right] = ['wrong horse', 'correct horse']
  const next = 'battery staple'
  expect(await ask('/v1/vault/passphrase', { current: wrong, next })).toBe(403)
  expect(await ask('/v1/vault/passphrase', { current: right, next })).toBe(200)
  expect(await ask('/v1/vault/lock', {})).toBe(200)
  expect(await ask('/v1/vault/unlock', { passphrase: right })).toBe(403)
  expect(await ask('/v1/vault/unlock', { passphrase: next })).toBe(200)
  const told = running.app.foundation.database.sqlite
    .prepare(`SELECT action, outcome, detail FROM audit_events WHERE chain = 'system' AND target_kind = 'vault' ORDER BY seq`)
    .all() as { action: string; outcome: string; detail: string }[]
  expect(told.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
    'vault.refused refused',
    'vault.passphrase_changed ok',
    'vault.locked ok',
    'vault.refused refused',
    'vault.unlocked ok',
  ])
  expect(JSON.parse(told[0]?.detail ?? '')).toEqual({ asked: 'vault.passphrase_changed', failure: 'forbidden' })
  expect(JSON.stringify(told)).not.toMatch(/horse|staple/)
})
