import { afterEach, expect, test, vi } from 'vitest'
import { spans } from '#shared/time'
import type { AnyProvider } from '../../kit/define.ts'
import { openDatabase } from '../database/open.ts'
import { createLeases } from '../messaging/leases.ts'
import { createProbes } from './probes.ts'
import { createConnectionReader } from './rows.ts'

const databases: ReturnType<typeof openDatabase>[] = []
afterEach(() => {
  for (const database of databases.splice(0)) database.close()
})

/** Two connections: one proven at 0, one never. */
function makeWorld() {
  const database = openDatabase({ file: ':memory:' })
  databases.push(database)
  const { sqlite } = database
  sqlite.prepare(`INSERT INTO tenants (id, name, created_at) VALUES ('acme', 'Acme', 0)`).run()
  for (const provider of ['proven', 'untried']) {
    sqlite.prepare(`INSERT INTO connections (tenant_id, provider, credential_version) VALUES ('acme', ?, 1)`).run(provider)
  }
  sqlite
    .prepare(`INSERT INTO connection_proofs (tenant_id, provider, at, ok, call) VALUES ('acme', 'proven', 0, 1, 'check')`)
    .run()
  const clock = { now: 0 }
  const ask = vi.fn(async () => ({ ok: true as const, result: { account: { id: '1', name: 'One' } } }))
  const record = vi.fn(async () => undefined)
  const leases = createLeases(database, () => clock.now)
  const catalog = { proven: { id: 'proven' }, untried: { id: 'untried' } } as unknown as Record<string, AnyProvider>
  const connections = createConnectionReader(database)
  const make = (owner: string) =>
    createProbes({ catalog, connections, checks: { ask, record }, leases, owner, now: () => clock.now })
  return { clock, ask, record, leases, make }
}

test('evidence that is six hours old is renewed by a real call; fresh evidence and none are left alone', async () => {
  const { clock, ask, record, make } = makeWorld()
  const probes = make('here')
  clock.now = 6 * spans.hour - 1
  await probes.look()
  expect(ask).not.toHaveBeenCalled()
  clock.now += 1
  await probes.look()
  expect(ask.mock.calls).toEqual([['acme', { id: 'proven' }]])
  expect(record).toHaveBeenCalledTimes(1)
})

test('one process asks, not each of those that share the database', async () => {
  const { clock, ask, leases, make } = makeWorld()
  clock.now = 7 * spans.hour
  await leases.hold('probes', 'elsewhere', spans.minute)
  await make('here').look()
  expect(ask).not.toHaveBeenCalled()
})
