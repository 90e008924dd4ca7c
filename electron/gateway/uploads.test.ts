import { afterAll, beforeAll, expect, test } from 'vitest'
import { failureOf, type GatewayWorld, openGatewayWorld } from './gateway-world.ts'

let world: GatewayWorld
beforeAll(async () => {
  world = await openGatewayWorld()
})
afterAll(() => world.close())

test('a body that is no JSON is the file itself, with its mark in the query', async () => {
  const answer = await world.send('/v1/files?path=a/b.txt&overwrite=true', {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: 'Hello',
  })
  expect(answer.status).toBe(201)
  expect(JSON.parse(answer.text)).toEqual({
    tenantId: 'acme',
    mark: { path: 'a/b.txt', contentType: 'text/plain', overwrite: true },
    text: 'Hello',
  })
})

test.each(['../other/b.txt', 'a/%252e%252e/b', '/etc', 'a//b', ''])(
  'the path %j is refused before a byte is kept',
  async (path) => {
    const answer = await world.send(`/v1/files?path=${path}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'x',
    })
    expect(answer.status).toBe(400)
    expect(failureOf(answer).fields?.map((field) => field.path)).toEqual(['path'])
  },
)

test('a length that is not named is refused', async () => {
  const headers = { 'content-type': 'text/plain', 'content-length': undefined, 'transfer-encoding': 'chunked' }
  expect((await world.send('/v1/files?path=a.txt', { method: 'POST', headers, body: 'x' })).status).toBe(411)
})

test('JSON goes by the contract', async () => {
  world.answer('files.upload', () => {
    throw new Error('reached')
  })
  await world.send('/v1/files', { method: 'POST', body: JSON.stringify({ path: 'a.txt', contentBase64: 'SGk=' }) })
  expect(world.asked.at(-1)).toMatchObject({ procedure: 'files.upload', tenantId: 'acme', input: { path: 'a.txt' } })
})

test('deleting takes its path from the query', async () => {
  world.answer('files.remove', () => ({ deleted: ['a.txt'] }))
  const answer = await world.send('/v1/files?path=a.txt', { method: 'DELETE' })
  expect(answer.text).toBe('{"deleted":["a.txt"]}')
  expect(world.asked.at(-1)).toMatchObject({ procedure: 'files.remove', input: { query: { path: 'a.txt' } } })
})

test('a link is asked for by path and seconds', async () => {
  world.answer('files.url', () => ({ url: 'https://x.example/a', expiresAt: '2026-01-01T00:00:00.000Z' }))
  expect((await world.send('/v1/files/url?path=a.txt&expiresIn=60')).status).toBe(200)
  expect(world.asked.at(-1)).toMatchObject({ input: { path: 'a.txt', expiresIn: 60 } })
})
