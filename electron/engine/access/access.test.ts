import { afterEach, beforeEach, expect, test } from 'vitest'
import { spans, toInstant } from '#shared/time'
import { createAuditAppender } from '../audit/append.ts'
import { type Database, openDatabase } from '../database/open.ts'
import { type Access, type AccessDeps, createAccess } from './access.ts'

const operator = { kind: 'operator', id: 'operator' } as const
const start = 1_800_000_000_000

let clock = { now: start }
let database: Database
let access: Access

function open(more: Partial<AccessDeps> = {}): Access {
  const now = () => clock.now
  return createAccess({ database, audit: createAuditAppender(database, now), now, operatorToken: 'the-operator', ...more })
}

beforeEach(() => {
  clock = { now: start }
  database = openDatabase({ file: ':memory:' })
  database.sqlite.exec(`INSERT INTO tenants (id, name, demo, created_at) VALUES ('acme', 'Acme', 0, 0)`)
  access = open()
})
afterEach(() => database.close())

function audited(): string[] {
  const rows = database.sqlite.prepare(
    `SELECT action || ' ' || outcome AS told FROM audit_events WHERE chain = 'system' ORDER BY seq`,
  )
  return (rows.all() as { told: string }[]).map(({ told }) => told)
}

/** Every value of every table, as whoever has the file could read it. */
function everythingStored(): string {
  const tables = database.sqlite.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all() as { name: string }[]
  return JSON.stringify(tables.map(({ name }) => database.sqlite.prepare(`SELECT * FROM "${name}"`).all()))
}

const made = () => access.tokens.create({ name: 'script', tenantId: 'acme' }, operator)

test('a token is told once, is stored nowhere, and speaks for its tenant until it is removed', async () => {
  const { token, secret } = await made()
  expect(secret).toMatch(/^atlas_[\w-]{43}$/)
  expect(everythingStored()).not.toContain(secret)
  expect(access.authenticate(secret)).toEqual({ actor: { kind: 'token', id: token.id }, tenantId: 'acme' })
  await access.tokens.remove({ id: token.id }, operator)
  expect(access.authenticate(secret)).toBeUndefined()
  expect((await access.tokens.list(undefined, operator)).items).toEqual([])
  await expect(access.tokens.remove({ id: token.id }, operator)).rejects.toMatchObject({ failure: { kind: 'not_found' } })
  expect(audited()).toEqual(['token.created ok', 'token.removed ok'])
})

test('two tokens are never alike, and a changed letter is nobody', async () => {
  const [one, two] = [(await made()).secret, (await made()).secret]
  expect(one).not.toBe(two)
  const flipped = `${one.slice(0, -1)}${one.endsWith('A') ? 'B' : 'A'}`
  for (const secret of [flipped, one.slice(0, -1), `${one} `, '', 'atlas_']) expect(access.authenticate(secret)).toBeUndefined()
})

test('a token ends with its tenant, and none is made for a tenant that is not there', async () => {
  const { secret } = await made()
  database.sqlite.exec(`UPDATE tenants SET removed_at = 1 WHERE id = 'acme'`)
  expect(access.authenticate(secret)).toBeUndefined()
  expect((await access.tokens.list(undefined, operator)).items).toEqual([])
  await expect(made()).rejects.toMatchObject({ failure: { kind: 'not_found' } })
  await expect(access.tokens.create({ name: 'x', tenantId: 'nobody' }, operator)).rejects.toMatchObject({
    failure: { kind: 'not_found' },
  })
  expect(audited()).toEqual(['token.created ok'])
})

test('the last use is noted, at most once a minute', async () => {
  const { secret } = await made()
  const lastUse = async () => {
    await database.write(() => undefined)
    return (await access.tokens.list(undefined, operator)).items[0]?.lastUsedAt
  }
  expect(await lastUse()).toBeNull()
  access.authenticate(secret)
  expect(await lastUse()).toBe(toInstant(start))
  clock.now += spans.minute - 1
  access.authenticate(secret)
  expect(await lastUse()).toBe(toInstant(start))
  clock.now += 1
  access.authenticate(secret)
  expect(await lastUse()).toBe(toInstant(start + spans.minute))
})

test('a database that takes no more does not turn away who only asks', async () => {
  const { secret } = await made()
  const code = await access.issueSignInCode()
  const session = (await access.signIn(code)) ?? ''
  clock.now += 2 * spans.day
  let refusals = 0
  const write = () => {
    refusals += 1
    return Promise.reject(new Error('disk full'))
  }
  const strained = open({ database: { ...database, write } })
  expect(strained.authenticate(secret)?.tenantId).toBe('acme')
  expect(strained.session(session)).toBeDefined()
  strained.noteForeignTenant({ actor: operator, tenantId: 'acme' }, 'other')
  // An unhandled rejection of any of these would fail the run.
  expect(refusals).toBe(3)
})

test("the operator's own token is never stored; without one nobody is the operator", async () => {
  expect(access.authenticate('the-operator')).toEqual({ actor: { kind: 'operator', id: 'environment' }, tenantId: null })
  expect(access.authenticate('the-operato')).toBeUndefined()
  expect(everythingStored()).not.toContain('the-operator')
  const without = open({ operatorToken: undefined })
  expect([without.authenticate('the-operator'), without.authenticate(''), without.authenticate('undefined')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('a code signs in once, within ten minutes, in another process too', async () => {
  const code = await open({ operatorToken: undefined }).issueSignInCode()
  expect(everythingStored()).not.toContain(code)
  clock.now += 10 * spans.minute - 1
  const session = await access.signIn(code)
  expect(access.session(session ?? '')).toEqual({ actor: operator, tenantId: null })
  expect(everythingStored()).not.toContain(session)
  expect(await access.signIn(code)).toBeUndefined()
  const late = await access.issueSignInCode()
  clock.now += 10 * spans.minute
  expect(await access.signIn(late)).toBeUndefined()
})

test('two browsers that bring one code at once do not both get in', async () => {
  const code = await access.issueSignInCode()
  const opened = await Promise.all([access.signIn(code), access.signIn(code), access.signIn(code)])
  expect(opened.filter((session) => session !== undefined)).toHaveLength(1)
})

test('a session in use lasts; one that rests for thirty days ends', async () => {
  const session = (await access.signIn(await access.issueSignInCode())) ?? ''
  for (let day = 0; day < 40; day += 1) {
    clock.now += spans.day
    expect(access.session(session)).toBeDefined()
    await database.write(() => undefined)
  }
  clock.now += 30 * spans.day
  expect(access.session(session)).toBeUndefined()
})

test('signing out ends the session, and is told once', async () => {
  const session = (await access.signIn(await access.issueSignInCode())) ?? ''
  await access.signOut(session)
  await access.signOut(session)
  expect(access.session(session)).toBeUndefined()
  expect(audited()).toEqual(['session.opened ok', 'session.closed ok'])
})

test('refusals are audited, at most one of a kind a second', async () => {
  for (let attempt = 0; attempt < 50; attempt += 1) await access.signIn(`guess ${attempt}`)
  access.noteForeignTenant({ actor: { kind: 'token', id: 't' }, tenantId: 'acme' }, 'x'.repeat(5_000))
  await database.write(() => undefined)
  expect(audited()).toEqual(['session.refused refused', 'tenant.refused refused'])
  expect(everythingStored()).not.toContain('x'.repeat(65))
  clock.now += spans.second
  await access.signIn('another')
  expect(audited()).toHaveLength(3)
})
