import { expect, test } from 'vitest'
import { pathFault, pathOfKey, StoragePath, storageKey } from './storage-path.ts'

test.each([
  '',
  '/',
  '/etc/passwd',
  'a//b',
  'a/',
  '.',
  '..',
  '../other/secret.txt',
  'a/../../other',
  'a/./b',
  '%2e%2e/other',
  'a/%2E%2e/b',
  '.%2e/b',
  '..\\other',
  'a\\b',
  'a\u0000b',
  'a\nb',
  ' a',
  'a/b ',
  '\ud800',
  'x'.repeat(513),
])('%j is refused', (path) => {
  expect(pathFault(path)).toBeTruthy()
  expect(storageKey('acme', path)).toHaveProperty('fault')
  expect(StoragePath.safeParse(path).success).toBe(false)
})

test.each([
  ['a b(1).txt', 'tenants/acme/a b(1).txt'],
  ['reports/2026/q1.pdf', 'tenants/acme/reports/2026/q1.pdf'],
  ['café.txt', 'tenants/acme/caf=C3=A9.txt'],
  ['cafe\u0301.txt', 'tenants/acme/caf=C3=A9.txt'],
  ['100%.txt', 'tenants/acme/100=25.txt'],
  ['a?b#c.txt', 'tenants/acme/a=3Fb=23c.txt'],
  ['a~b.txt', 'tenants/acme/a=7Eb.txt'],
  ['a=b.txt', 'tenants/acme/a=b.txt'],
  ['a=C3=A9.txt', 'tenants/acme/a=3DC3=3DA9.txt'],
  ['..a/b..', 'tenants/acme/..a/b..'],
])('%s lies under %s, and its name comes back', (path, key) => {
  expect(storageKey('acme', path)).toEqual({ key })
  expect(pathOfKey('acme', key)).toBe(path.normalize('NFC'))
})

test('no tenant id leads elsewhere', () => {
  for (const tenant of ['', '.', '..', 'a/b', 'a%2fb', 'ä', 'a\\b']) expect(storageKey(tenant, 'a.txt')).toHaveProperty('fault')
})

test('a name that grows too long for the storage is refused', () => {
  expect(storageKey('acme', '漢'.repeat(200))).toHaveProperty('fault')
})

test('another tenant’s key has no path here', () => {
  expect(pathOfKey('acme', 'tenants/acme2/a.txt')).toBeUndefined()
})
