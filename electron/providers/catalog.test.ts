import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalog } from './catalog.ts'

test('the list names every provider of the folder', () => {
  const found = readdirSync(import.meta.dirname)
    .filter((name) => !name.endsWith('.test.ts') && name !== 'catalog.ts')
    .map((name) => name.replace(/\.ts$/, ''))
  expect(Object.keys(catalog).sort()).toEqual(found.sort())
})

test('each is listed under its own id', () => {
  for (const [id, provider] of Object.entries(catalog)) expect(provider.id).toBe(id)
})
