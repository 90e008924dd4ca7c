/** Triggers in the whole product, over REST. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultTriggers, type Trigger, type TriggerMatch } from '#shared/triggers'
import { type RunningApp, runApp } from './running-app.ts'

let running: RunningApp
beforeAll(async () => {
  running = await runApp()
})
afterAll(() => running.stop())

interface Listed {
  items: Trigger[]
}
const list = async (tenantId = 'demo') =>
  ((await running.ask('GET', '/v1/triggers', { headers: { 'x-tenant-id': tenantId } })).body as Listed).items
const put = (items: unknown[]) => running.ask('PUT', '/v1/triggers', { body: { items } })
const mine: Trigger = { id: 'mine', language: 'en', phrase: 'call * back', enabled: true }

test('a tenant starts with the built-in ones and keeps its own list to itself', async () => {
  expect(await list()).toEqual(defaultTriggers)
  const other = (await running.ask('POST', '/v1/tenants', { body: { name: 'Acme' } })).body as { id: string }
  expect((await put([mine])).body).toEqual({ items: [mine], nextCursor: null })
  expect(await list()).toEqual([mine])
  expect(await list(other.id)).toEqual(defaultTriggers)
  expect(running.app.reach.triggers.triggersOf('demo')).toEqual([mine])
  const { body } = await running.ask('POST', '/v1/triggers/test', { body: { text: 'Please call me back. Ping me.' } })
  expect((body as { items: TriggerMatch[] }).items).toEqual([
    { id: 'mine', language: 'en', phrase: 'call * back', start: 7, end: 19 },
  ])
  const audit = (await running.ask('GET', '/v1/audit?action=triggers.changed')).body as { items: { detail: object }[] }
  expect(audit.items).toMatchObject([{ outcome: 'ok', detail: { count: 1, on: 1 } }])
  expect(JSON.stringify(audit)).not.toContain('call * back')
})

test.each([
  ['two of one id', [mine, { ...mine, phrase: 'ring me' }], 'items.1.id'],
  ['the same words twice', [mine, { ...mine, id: 'other', phrase: 'CALL * báck!' }], 'items.1.phrase'],
  ['a phrase without words', [{ ...mine, phrase: '***' }], 'items.0.phrase'],
  ['an unknown language', [{ ...mine, language: 'tlh' }], 'items.0.language'],
  ['too many', Array.from({ length: 201 }, (_, at) => ({ ...mine, id: `t${at}`, phrase: `word${at}` })), 'items'],
])('%s is refused by name, and nothing changes', async (_what, items, path) => {
  const before = await list()
  const { status, body } = await put(items)
  expect(status).toBe(400)
  expect((body as { error: { fields: { path: string }[] } }).error.fields[0]?.path).toBe(path)
  expect(await list()).toEqual(before)
})
