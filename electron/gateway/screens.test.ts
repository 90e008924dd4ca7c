import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failureOf, type GatewayWorld, openGatewayWorld } from './gateway-world.ts'

let folder: string
let world: GatewayWorld
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-screens-'))
  const built = join(folder, 'renderer')
  mkdirSync(join(built, 'assets'), { recursive: true })
  mkdirSync(join(folder, 'renderer-secret'))
  writeFileSync(join(folder, 'secret.txt'), 'SECRET')
  writeFileSync(join(folder, 'renderer-secret', 'secret.txt'), 'SECRET')
  writeFileSync(join(built, 'index.html'), '<title>Atlas</title>')
  writeFileSync(join(built, 'assets', 'app-1.js'), 'export {}')
  writeFileSync(join(built, 'assets', 'old-1.js'), 'export {}')
  world = await openGatewayWorld({ staticDir: built })
})
afterAll(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

const stranger = { headers: { authorization: undefined } }

test('the page comes fresh each time, what is named for its content is kept', async () => {
  const index = await world.send('/', stranger)
  expect(index).toMatchObject({ status: 200, text: '<title>Atlas</title>', headers: { 'cache-control': 'no-cache' } })
  expect(index.headers['content-type']).toContain('text/html')
  const asset = await world.send('/assets/app-1.js', stranger)
  expect(asset).toMatchObject({ status: 200, headers: { 'cache-control': 'public, max-age=31536000, immutable' } })
  expect(asset.headers['content-type']).toContain('javascript')
})

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/..%2fsecret.txt',
  '/..%5csecret.txt',
  '/..\\secret.txt',
  '/%252e%252e/secret.txt',
  '/....//secret.txt',
  '//secret.txt',
  '/assets/%00/../../../secret.txt',
  '/../renderer-secret/secret.txt',
  '/%2e%2e/renderer-secret/secret.txt',
  '/assets/%c0%ae%c0%ae/secret.txt',
  '/%E0%A4%A',
  '/assets',
  '/assets/',
])('%s leads nowhere', async (path) => {
  const answer = await world.send(path, stranger)
  expect(answer.status).toBe(404)
  expect(failureOf(answer).kind).toBe('not_found')
})

test('a file that another build removed is missing, and one that it added is there', async () => {
  rmSync(join(folder, 'renderer', 'assets', 'old-1.js'))
  writeFileSync(join(folder, 'renderer', 'assets', 'new-2.js'), 'export {}')
  expect((await world.send('/assets/old-1.js', stranger)).status).toBe(404)
  expect((await world.send('/assets/new-2.js', stranger)).status).toBe(200)
})

test('a part that makes no sense gets the whole, and nothing is logged as our fault', async () => {
  const before = world.logged.length
  for (const range of ['bytes=5-2', 'bytes=999-', 'bytes=x', 'bytes=0-1']) {
    expect((await world.send('/assets/app-1.js', { headers: { range } })).text).toBe('export {}')
  }
  expect(world.logged.length).toBe(before)
})

test('screens are only read', async () => {
  expect(await world.send('/', { method: 'POST' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
  expect(await world.send('/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
})

test('without built screens the page says how to build them, and the API works', async () => {
  const bare = await openGatewayWorld({ staticDir: join(folder, 'nowhere') })
  const answer = await bare.send('/', stranger)
  expect(answer).toMatchObject({ status: 503, text: expect.stringContaining('npm run build') })
  expect((await bare.send('/v1/health', stranger)).status).toBe(200)
  await bare.close()
})
