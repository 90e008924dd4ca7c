import { readFileSync, statSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AuditEvent, AuditFilter } from '#shared/contract/audit'
import { AuditEvent as AuditEventSchema } from '#shared/contract/audit'
import { createMemoryVault } from '../vault/memory-vault.ts'
import { type AuditWorld, actor, createLastingVault, openAuditWorld } from './audit-world.ts'

let world: AuditWorld
let vault = createLastingVault()
beforeEach(() => {
  vault = createLastingVault()
  world = openAuditWorld(vault)
})
afterEach(() => world.close())

const find = (filter: AuditFilter & { cursor?: string; limit?: number }) => world.log.forChain('t').list(filter, actor)
const verify = (chain = 't') => world.log.forChain(chain).verify(undefined, actor)
const seqs = (events: { seq: number }[]) => events.map(({ seq }) => seq)

describe('search', () => {
  test('narrows by every field and by words, newest first', async () => {
    await world.append(25)
    expect(seqs((await find({ outcome: 'failed' })).items)).toEqual([24, 21, 18, 15, 12, 9, 6, 3])
    expect(seqs((await find({ text: 'word17' })).items)).toEqual([17])
    expect(seqs((await find({ text: 'WORD2 naive' })).items)).toEqual([25, 24, 23, 22, 21, 20, 2])
    expect(seqs((await find({ target: 'job-4' })).items)).toEqual([4])
    expect(seqs((await find({ action: 'job.failed', limit: 2 })).items)).toEqual([24, 21])
    expect((await find({ action: 'job' })).items).toHaveLength(25)
    expect((await find({ action: 'jo' })).items).toEqual([])
    expect((await find({ actor: 'operator', outcome: 'failed', text: 'slack' })).items).toHaveLength(8)
    expect((await find({ text: 'provider' })).items).toEqual([])
  })

  test('is by time as well, though the clock went back meanwhile', async () => {
    await world.append(5)
    world.clock.now -= 60_000
    await world.append(5)
    const from = new Date(1_800_000_000_000).toISOString()
    const to = new Date(1_800_000_004_000).toISOString()
    expect(seqs((await find({ from })).items)).toEqual([5, 4, 3, 2, 1])
    expect(seqs((await find({ to })).items)).toEqual([10, 9, 8, 7, 6, 4, 3, 2, 1])
    expect(seqs((await find({ from, to, outcome: 'failed' })).items)).toEqual([3])
    expect(seqs((await find({ from, to, text: 'word3' })).items)).toEqual([3])
    expect((await find({ from: new Date(1_900_000_000_000).toISOString() })).items).toEqual([])
  })

  test.each([{}, { outcome: 'failed' }, { text: 'slack' }, { actor: 'operator', action: 'job' }] as const)(
    'pages to the end without a gap or a repetition: %j',
    async (filter) => {
      await world.append(25)
      const all = seqs((await find({ ...filter, limit: 200 })).items)
      const seen: number[] = []
      let cursor: string | undefined
      do {
        const page = await find({ ...filter, limit: 4, ...(cursor ? { cursor } : {}) })
        seen.push(...seqs(page.items))
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      expect(seen).toEqual(all)
      expect(seen.length).toBeGreaterThan(7)
    },
  )
})

describe('search by words, and past what is indexed', () => {
  const noted = (note: string, chain = 't') =>
    world.appendOne(
      {
        actor: { kind: 'operator', id: 'op' },
        action: 'note.made',
        target: { kind: 'note', id: 'n' },
        outcome: 'ok',
        detail: { note },
      },
      chain,
    )

  test('finds every event that has a word with the beginning, and no other', async () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'B', 'é', 'É', 'e', 'ß', '1', '9'), minLength: 1, maxLength: 6 })
    const drawn = fc.sample(fc.array(letters, { minLength: 1, maxLength: 3 }), { numRuns: 120, seed: 7 })
    for (const words of drawn) await noted(words.join(' '))
    const fold = (text: string) => text.toLowerCase().replaceAll('é', 'e')
    let found = 0
    for (const beginning of fc.sample(letters, { numRuns: 400, seed: 8 })) {
      if (beginning.length < 3) continue
      const expected = drawn.flatMap((words, at) =>
        words.some((word) => fold(word).startsWith(fold(beginning))) ? [at + 1] : [],
      )
      const { items } = await find({ text: beginning, limit: 200 })
      expect(seqs(items).reverse(), beginning).toEqual(expected)
      found += items.length
    }
    expect(found).toBeGreaterThan(50)
  })

  test('finds them by a beginning that very many words share', async () => {
    const names = Array.from({ length: 150 }, (_, at) => `share${String.fromCharCode(97 + (at % 26), 97 + Math.floor(at / 26))}`)
    for (const name of names) await noted(name)
    expect((await find({ text: 'share', limit: 200 })).items).toHaveLength(150)
    expect((await find({ text: 'shareab', limit: 200 })).items).toHaveLength(1)
  })

  test('by fields is the same before and after the index has caught up, page by page', async () => {
    await world.append(300)
    await world.log.tend()
    await world.append(1_300)
    const pages = async () => {
      const seen: number[] = []
      let cursor: string | undefined
      do {
        const page = await find({ outcome: 'failed', target: 'job-3', limit: 2, ...(cursor ? { cursor } : {}) })
        seen.push(...seqs(page.items))
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      const { items } = await find({ outcome: 'failed', limit: 500 })
      return [...seen, ...seqs(items)]
    }
    const before = await pages()
    await find({ text: 'slack' })
    expect(await pages()).toEqual(before)
    expect(before.length).toBeGreaterThan(400)
  })

  test('of a chain that is a small part of the log finds its own alone', async () => {
    await world.append(60, 't')
    await noted('slack again', 'u')
    const { items } = await world.log.forChain('u').list({ text: 'slack' }, actor)
    expect(items.map(({ action }) => action)).toEqual(['note.made'])
  })

  test('takes any text for words, and none for a command', async () => {
    await world.append(3)
    for (const text of [
      '"; DROP',
      'a_b',
      'NEAR(',
      'word1*',
      '-',
      'कि',
      'x OR y',
      'a\u19b0a',
      'a\u1cf2a',
      '\u{1e900}a\u{1e900}',
    ]) {
      expect(Array.isArray((await find({ text })).items)).toBe(true)
    }
    const drawn = fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
      expect((await find({ text })).items.length).toBeLessThanOrEqual(3)
    })
    await fc.assert(drawn, { numRuns: 500 })
  })

  test('refuses a cursor that was not given out', async () => {
    await expect(find({ cursor: 'abc' })).rejects.toMatchObject({ failure: { kind: 'invalid', fields: [{ path: 'cursor' }] } })
  })

  test('a window by position is the same rows as paging, and facets count them', async () => {
    await world.append(25)
    const { total, items } = await world.log.forChain('t').window({ offset: 5, limit: 3 }, actor)
    expect({ total, seqs: seqs(items) }).toEqual({ total: 25, seqs: [20, 19, 18] })
    expect(await world.log.forChain('t').facets(undefined, actor)).toMatchObject({
      total: 25,
      actions: [
        { value: 'job.succeeded', count: 17 },
        { value: 'job.failed', count: 8 },
      ],
      actors: [{ value: 'operator', count: 25 }],
      lastVerification: null,
    })
  })

  test('of one tenant finds nothing of another', async () => {
    await world.append(3, 't')
    await world.append(2, 'u')
    const other = world.log.forChain('u')
    expect((await other.list({}, actor)).items).toHaveLength(2)
    expect((await other.list({ text: 'word3' }, actor)).items).toEqual([])
    expect((await other.list({ text: 'slack' }, actor)).items).toHaveLength(2)
  })
})

describe('signing', () => {
  test('happens a minute after something changed, and is kept beside the database for its owner alone', async () => {
    await world.append(3, 't')
    await world.append(2, 'u')
    await world.log.tend()
    world.clock.now += 60_000
    await world.log.tend()
    expect((await verify()).checkpoints).toMatchObject({ signed: 1, verified: 1, lastSeq: 3 })
    expect(JSON.parse(readFileSync(world.anchorFile, 'utf8'))).toMatchObject({ t: { seq: 3 }, u: { seq: 2 } })
    expect(statSync(world.anchorFile).mode & 0o777).toBe(0o600)
  })

  test('happens after a thousand events, however fast they came', async () => {
    await world.append(999)
    world.clock.now = 1_800_000_001_000
    await world.log.tend()
    expect(world.database.sqlite.prepare('SELECT count(*) AS count FROM audit_checkpoints').get()).toEqual({ count: 0 })
    await world.append(1)
    world.clock.now = 1_800_000_001_000
    await world.log.tend()
    expect(world.database.sqlite.prepare('SELECT seq FROM audit_checkpoints').all()).toEqual([{ seq: 1_000 }])
  })

  test('is put off while the vault is closed, which verification says, and made up for when it opens', async () => {
    await world.append(3)
    vault.close(true)
    world.clock.now += 60_000
    await world.log.tend()
    expect(await verify()).toMatchObject({ ok: true, events: 3, checkpoints: { signed: 0, keyId: null, lastSeq: null } })
    expect((await find({})).items).toHaveLength(3)
    vault.close(false)
    world.clock.now += 300_000
    await world.log.tend()
    const { checkpoints } = await verify()
    expect(checkpoints).toMatchObject({ signed: 1, verified: 1, lastSeq: 3, keyId: expect.stringMatching(/^[0-9a-f]{16}$/) })
  })

  test('happens on stop', async () => {
    await world.append(3)
    await world.log.start()
    await world.log.stop()
    expect(world.database.sqlite.prepare('SELECT seq FROM audit_checkpoints').all()).toEqual([{ seq: 3 }])
  })

  test('ends when the vault lost the key: a new one would make earlier signatures nobody’s', async () => {
    await world.append(3)
    await verify()
    await vault.delete('Atlas UX/system', 'audit/1')
    await world.append(3)
    expect(await verify()).toMatchObject({ ok: true, events: 6, checkpoints: { signed: 1, lastSeq: 3, keyId: null } })
  })

  test('goes on at every start with a vault that forgets', async () => {
    await world.append(3)
    const first = openAuditWorld(createMemoryVault(), world.folder)
    await first.log.stop()
    first.database.close()
    await world.append(3)
    const second = openAuditWorld(createMemoryVault(), world.folder)
    expect(await second.log.forChain('t').verify(undefined, actor)).toMatchObject({
      ok: true,
      checkpoints: { signed: 2, lastSeq: 6 },
    })
    second.database.close()
  })

  test('uses one key, whoever of several processes comes first', async () => {
    await world.append(3)
    const others = [1, 2, 3].map(() => openAuditWorld(vault, world.folder))
    await Promise.all([world, ...others].map(({ log }) => log.stop()))
    await world.append(1)
    await Promise.all([world, ...others].map(({ log }) => log.stop()))
    expect(await verify()).toMatchObject({ ok: true, checkpoints: { lastSeq: 4 } })
    for (const { database } of others) database.close()
  })
})

test('verifications asked for at once are one', async () => {
  await world.append(10)
  const [one, two] = await Promise.all([verify(), verify()])
  expect(one).toBe(two)
})

test('what grew is told by chain, once', async () => {
  await world.append(3)
  await world.append(2, 'system')
  await world.log.tend()
  await world.log.tend()
  expect(world.announced).toEqual(['audit.changed  2', 'audit.changed t 3'])
})

describe('export', () => {
  test('JSON lines are the events of the contract, oldest first, then checkpoints and the public key', async () => {
    await world.append(1_203)
    const lines = (await world.exported('jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toHaveLength(1_205)
    const { chain, ...first } = lines[0] as AuditEvent & { chain: string }
    expect(chain).toBe('t')
    expect(AuditEventSchema.parse(first)).toEqual(first)
    expect(seqs(lines.slice(0, 1_203))).toEqual(Array.from({ length: 1_203 }, (_, at) => at + 1))
    expect(lines[1_203]).toMatchObject({ checkpoint: { seq: 1_203 } })
    expect(lines[1_204]).toEqual({ keyId: lines[1_203].checkpoint.keyId, publicKey: lines[1_203].checkpoint.publicKey })
  })

  test('keeps to the filter', async () => {
    await world.append(10)
    const lines = (await world.exported('jsonl', { outcome: 'failed' })).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual([3, 6, 9])
    const csv = (await world.exported('csv', { text: 'word7' })).trim().split('\n')
    expect(csv).toHaveLength(2)
    expect(csv[0]).toBe('seq,at,actorKind,actor,action,targetKind,target,outcome,detail,prevHash,hash')
  })

  test('a spreadsheet takes no cell of the CSV for a formula', async () => {
    await world.appendOne({
      actor: { kind: 'agent', id: '=HYPERLINK("x")' },
      action: 'job.queued',
      outcome: 'ok',
      target: { kind: 'job', id: '+1' },
    })
    const text = await world.exported('csv')
    expect(text).toContain(`"'=HYPERLINK(""x"")"`)
    expect(text).toContain(",'+1,")
  })
})
