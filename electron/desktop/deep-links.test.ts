import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findTarget, isInAppPath, toTarget } from './deep-links.ts'

test.each([
  ['atlas-ux://open/', '/'],
  ['atlas-ux://open/jobs', '/jobs'],
  ['atlas-ux://open/jobs/0199-ab?state=failed&provider=slack', '/jobs/0199-ab?state=failed&provider=slack'],
  ['atlas-ux://open/audit?filter=%7B%22actor%22%3A%22atlas%22%7D', '/audit?filter=%7B%22actor%22%3A%22atlas%22%7D'],
])('%s leads to %s', (link, path) => {
  expect(toTarget(link)).toEqual({ path })
})

test.each([
  'atlas-ux://open',
  'atlas-ux:open/jobs',
  'atlas-ux://delete/jobs',
  'atlas-ux://open@evil/jobs',
  'atlas-ux://open:80/jobs',
  'ATLAS-UX://OPEN/jobs',
  'https://open/jobs',
  'atlas-ux://open//',
  'atlas-ux://open//evil.example/jobs',
  'atlas-ux://open/jobs/../settings',
  'atlas-ux://open/./jobs',
  'atlas-ux://open/%2e%2e/settings',
  'atlas-ux://open/jobs#secret',
  'atlas-ux://open/jobs?x=<script>',
  'atlas-ux://open/jobs?x="',
  'atlas-ux://open/javascript:alert(1)',
  'atlas-ux://open/jobs\\x',
  'atlas-ux://open/jobs\u0000',
  'atlas-ux://open/jobs\n',
  `atlas-ux://open/${'a'.repeat(600)}`,
])('%j leads nowhere', (link) => {
  expect(toTarget(link)).toBeUndefined()
})

test('whatever is typed, a link leads to a plain path of the app or nowhere', () => {
  const tail = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('/', '.', '%', '2', 'e', '\\', '?', ':', 'a', '@') }))
  fc.assert(
    fc.property(tail, (text) => {
      const path = toTarget(`atlas-ux://open/${text}`)?.path
      if (path === undefined) return
      const url = new URL(path, 'app://atlas')
      expect(url.host).toBe('atlas')
      expect(url.pathname).toBe(path.split('?')[0])
    }),
    { numRuns: 2_000 },
  )
})

test("the link among a start's arguments is found, and the program's own name is not one", () => {
  expect(findTarget(['atlas-ux', '--flag', 'atlas-ux://open/jobs'])).toEqual({ path: '/jobs' })
  expect(findTarget(['atlas-ux://open/jobs'])).toBeUndefined()
  expect(findTarget(['atlas-ux', '.', 'https://example.com'])).toBeUndefined()
})

test('a path of the app is not an address of another host', () => {
  expect(isInAppPath('/jobs?open=1')).toBe(true)
  expect(isInAppPath('https://example.com')).toBe(false)
  expect(isInAppPath('//example.com')).toBe(false)
  expect(isInAppPath('jobs')).toBe(false)
})
