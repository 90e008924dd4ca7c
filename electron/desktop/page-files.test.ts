import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createPageFiles, toPageFile } from './page-files.ts'

const home = mkdtempSync(join(tmpdir(), 'atlas-page-'))
const folder = join(home, 'page')
mkdirSync(join(folder, 'assets'), { recursive: true })
writeFileSync(join(home, 'secret.json'), 'secret')
writeFileSync(join(folder, 'index.html'), '<!doctype html>')
writeFileSync(join(folder, 'assets', 'index-B_x-1.js'), 'export {}')
writeFileSync(join(folder, 'assets', 'program.exe'), 'MZ')
writeFileSync(join(folder, '.hidden.json'), 'secret')
symlinkSync(join(home, 'secret.json'), join(folder, 'link.json'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const answer = createPageFiles(folder)
const get = (url: string) => answer({ method: 'GET', url })

test.each([
  ['app://atlas', 'text/html; charset=utf-8'],
  ['app://atlas/', 'text/html; charset=utf-8'],
  ['app://atlas/?x=1#y', 'text/html; charset=utf-8'],
  ['app://atlas/index.html', 'text/html; charset=utf-8'],
  ['app://atlas/assets/index-B_x-1.js', 'text/javascript; charset=utf-8'],
])('%s is served as %s', async (url, type) => {
  const response = await get(url)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe(type)
  expect(await response.text()).not.toBe('')
})

const steps = ['..', '%2e%2e', '%2E.', '.%2e', '..%2f', '..%5c', '..\\', '%5c..', '....', '%252e%252e', '\u2024\u2024', '..;']
const joints = ['/', '%2f', '%5c', '\\', '//']
const traversals = [
  ...steps.flatMap((step) =>
    joints.flatMap((joint) => [1, 2, 6].map((count) => `app://atlas/${`${step}${joint}`.repeat(count)}secret.json`)),
  ),
  ...steps.map((step) => `app://atlas/assets/${step}/secret.json`),
  'app://atlas/secret.json%00.html',
  'app://atlas/index.html\u0000',
  'app://atlas/.hidden.json',
  'app://atlas/link.json',
  'app://atlas/assets',
  'app://atlas/assets/',
  'app://atlas/assets/program.exe',
  'app://atlas//server/share/x.html',
  'app://atlas/C:/Windows/win.html',
  'app://atlas/index.html:stream.html',
  'app://atlas/missing.html',
  'app://atlas//etc/passwd.html',
  'app://atlas.evil/index.html',
  'app://atlas@evil/index.html',
  'app://other/index.html',
  'file:///etc/passwd',
  '/index.html',
]

test(`${traversals.length} ways out of the folder are 404`, async () => {
  expect(traversals.length).toBeGreaterThanOrEqual(200)
  for (const url of traversals) expect({ url, status: (await get(url)).status }).toEqual({ url, status: 404 })
})

test('only reading is answered, and every answer carries the policy', async () => {
  for (const [method, status] of [
    ['GET', 200],
    ['HEAD', 200],
    ['POST', 405],
    ['PUT', 405],
  ] as const) {
    const response = await answer({ method, url: 'app://atlas/' })
    expect(response.status).toBe(status)
    const policy = response.headers.get('content-security-policy') ?? ''
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-src 'none'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ]) {
      expect(policy).toContain(rule)
    }
    expect(policy).toContain("style-src 'self' 'unsafe-inline'")
    expect(policy).not.toContain('unsafe-eval')
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  }
})

test('names that a build never writes name no file', () => {
  expect(toPageFile('app://atlas/a b.js')).toBeUndefined()
  expect(toPageFile('app://atlas/assets/x.js?v=1')).toBe('assets/x.js')
})
