import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalog } from '../providers/catalog.ts'
import { sandboxes } from './catalog.ts'

/** What carries the stand-ins; every other file of the folder is one, or a part of one (`microsoft-entra.ts`). */
const carriers = new Set([
  'catalog',
  'chat',
  'control',
  'define',
  'faults',
  'http',
  'ledger',
  'main',
  'meta-graph',
  'oauth',
  'server',
  'waiting',
])

test('the list names every stand-in of the folder', () => {
  const files = readdirSync(import.meta.dirname)
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => file.replace('.ts', ''))
  const whole = files.filter((file) => !carriers.has(file) && !files.some((other) => file.startsWith(`${other}-`)))
  expect(Object.keys(sandboxes).sort()).toEqual(whole.sort())
})

test('each is listed under its own name, and every provider has one', () => {
  for (const [id, { provider }] of Object.entries(sandboxes)) expect(provider).toBe(id)
  expect(Object.keys(sandboxes).sort()).toEqual(Object.keys(catalog).sort())
})

test('what each brings along is accepted by its provider', () => {
  for (const [id, { demoCredential, demoSettings }] of Object.entries(sandboxes)) {
    const provider = catalog[id as keyof typeof catalog]
    expect(() => provider.credential.parse(demoCredential)).not.toThrow()
    expect(() => provider.settings.parse(demoSettings)).not.toThrow()
  }
})
