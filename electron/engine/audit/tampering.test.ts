import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AuditWorld, actor, createLastingVault, type LastingVault, openAuditWorld } from './audit-world.ts'
import { newSigningKey, signCheckpoint } from './checkpoint.ts'

const standalone = resolve(import.meta.dirname, '../../../resources/verify-audit.mjs')
let world: AuditWorld
let vault: LastingVault
beforeEach(async () => {
  vault = createLastingVault()
  world = openAuditWorld(vault)
  await world.append(30)
})
afterEach(() => world.close())

const verify = () => world.log.forChain('t').verify(undefined, actor)

/** What somebody with the export, and a copy of the anchor kept elsewhere, finds with Node alone. */
async function verifyExport({ anchor, text }: { anchor?: string; text?: string } = {}) {
  const file = join(world.folder, 'export.jsonl')
  writeFileSync(file, text ?? (await world.exported('jsonl')))
  const { status, stdout, stderr } = spawnSync(process.execPath, [standalone, file, ...(anchor ? ['--anchor', anchor] : [])], {
    encoding: 'utf8',
    cwd: '/',
    env: {},
  })
  return { status, said: stdout + stderr }
}

interface Attack {
  damage(): void
  /** The first bad event, as the product names it. */
  seq: number
}

const cut = 'DELETE FROM audit_events WHERE seq > 20'
const cutHead = `UPDATE audit_heads SET seq = 20, hash = (SELECT hash FROM audit_events WHERE seq = 20)`
const change = `UPDATE audit_events SET target_id = 'other' WHERE seq = 12`

const attacks: Record<string, Attack> = {
  'an event changed': { damage: () => world.tamper(change), seq: 12 },
  'the text of a detail changed, not its meaning': {
    damage: () => world.tamper(`UPDATE audit_events SET detail = replace(detail, ',', ', ') WHERE seq = 12`),
    seq: 12,
  },
  'a detail that is no JSON': { damage: () => world.tamper(`UPDATE audit_events SET detail = '{' WHERE seq = 12`), seq: 12 },
  'an event deleted': { damage: () => world.tamper('DELETE FROM audit_events WHERE seq = 12'), seq: 12 },
  'two events swapped': {
    damage: () =>
      world.tamper(
        'UPDATE audit_events SET seq = -1 WHERE seq = 12; UPDATE audit_events SET seq = 12 WHERE seq = 13; UPDATE audit_events SET seq = 13 WHERE seq = -1',
      ),
    seq: 12,
  },
  'an event put in': {
    damage: () =>
      world.tamper(`UPDATE audit_events SET seq = -seq - 1 WHERE seq >= 12; UPDATE audit_events SET seq = -seq WHERE seq < 0;
        INSERT INTO audit_events (chain, seq, at, actor_kind, actor_id, action, target_kind, target_id, outcome, detail, prev_hash, hash)
        SELECT chain, 12, at, actor_kind, actor_id, action, target_kind, target_id, outcome, detail, prev_hash, hash FROM audit_events WHERE seq = 11`),
    seq: 12,
  },
  'the numbers shifted': {
    damage: () => world.tamper('UPDATE audit_events SET seq = -seq - 5; UPDATE audit_events SET seq = -seq'),
    seq: 1,
  },
  'the end cut off': { damage: () => world.tamper(cut), seq: 21 },
  'the end, its checkpoints and the head cut off': {
    damage: () => world.tamper(`${cut}; DELETE FROM audit_checkpoints WHERE seq > 20; ${cutHead}`),
    seq: 21,
  },
  'the beginning cut off': { damage: () => world.tamper('DELETE FROM audit_events WHERE seq < 5'), seq: 1 },
  'an event changed and everything chained anew': {
    damage: () => {
      world.tamper(change)
      world.rechain()
    },
    seq: 30,
  },
  'everything chained anew and signed with another key, the anchor too': {
    damage: () => {
      world.tamper(`${change}; DELETE FROM audit_checkpoints`)
      world.rechain()
      const { sqlite } = world.database
      const head = sqlite.prepare('SELECT seq, hash FROM audit_heads').get() as { seq: number; hash: string }
      const signed = signCheckpoint({ chain: 't', ...head, at: 1 }, newSigningKey())
      sqlite
        .prepare('INSERT INTO audit_checkpoints VALUES (@chain, @seq, @hash, @at, @keyId, @publicKey, @signature)')
        .run(signed)
      writeFileSync(world.anchorFile, JSON.stringify({ t: signed }))
    },
    seq: 30,
  },
  'a signature forged': {
    damage: () => world.tamper(`UPDATE audit_checkpoints SET signature = 'AAAA' || substr(signature, 5)`),
    seq: 30,
  },
}

test.each(Object.entries(attacks))(
  '%s: found by the product and by the standalone verifier, the first bad event named',
  async (_name, { damage, seq }) => {
    expect(await verify()).toMatchObject({ ok: true, events: 30, checkpoints: { signed: 1, verified: 1, lastSeq: 30 } })
    const anchor = join(world.folder, 'kept-elsewhere.json')
    copyFileSync(world.anchorFile, anchor)
    expect(await verifyExport({ anchor })).toMatchObject({ status: 0, said: expect.stringContaining('OK: 30 events') })

    damage()
    const found = await verify()
    expect(found).toMatchObject({ ok: false, firstBad: { seq } })
    expect((await world.log.forChain('t').facets(undefined, actor)).lastVerification).toEqual(found)
    expect(await verifyExport({ anchor })).toMatchObject({ status: 1, said: expect.stringContaining(`event ${seq}:`) })
  },
)

describe('an old copy of the database put back', () => {
  async function putBack(): Promise<AuditWorld> {
    const old = join(world.folder, 'old.db')
    world.database.sqlite.prepare('VACUUM INTO ?').run(old)
    await world.append(5)
    expect(await verify()).toMatchObject({ ok: true, events: 35 })
    copyFileSync(world.anchorFile, join(world.folder, 'kept-elsewhere.json'))
    const { folder } = world
    world.database.close()
    for (const end of ['-wal', '-shm']) writeFileSync(join(folder, `atlas.db${end}`), '')
    copyFileSync(old, join(folder, 'atlas.db'))
    return openAuditWorld(vault, folder)
  }

  test('is found through the anchor', async () => {
    world = await putBack()
    expect(await verify()).toMatchObject({ ok: false, events: 30, firstBad: { seq: 31 } })
    const anchor = join(world.folder, 'kept-elsewhere.json')
    expect(await verifyExport({ anchor })).toMatchObject({ status: 1, said: expect.stringContaining('event 31:') })
  })

  test('is found however long work goes on after it', async () => {
    world = await putBack()
    await world.append(40)
    await world.log.stop()
    expect(await verify()).toMatchObject({ ok: false, events: 70, firstBad: { seq: 35 } })
    expect(JSON.parse(readFileSync(world.anchorFile, 'utf8'))).toMatchObject({ t: { seq: 35 } })
  })
})

test('an anchor file that cannot be read is a finding, and is left as it is', async () => {
  writeFileSync(world.anchorFile, '{"t":')
  expect(await verify()).toMatchObject({ ok: false, firstBad: { seq: 31, why: expect.stringContaining('anchor file') } })
  expect(readFileSync(world.anchorFile, 'utf8')).toBe('{"t":')
})

describe('an exported file that was changed afterwards', () => {
  test.each<[string, (lines: string[]) => string[], number]>([
    ['an event changed', (all) => all.with(6, (all[6] ?? '').replace('job-7', 'job-8')), 7],
    ['an event missing', (all) => all.toSpliced(6, 1), 7],
    ['an event repeated', (all) => all.toSpliced(6, 0, all[5] ?? ''), 7],
    ['a missing end', (all) => all.toSpliced(15, 15), 16],
    ['a line cut in the middle', (all) => all.with(6, (all[6] ?? '').slice(0, 40)), 7],
  ])('%s', async (_name, change, seq) => {
    const lines = (await world.exported('jsonl')).trim().split('\n')
    expect(await verifyExport({ text: `${change(lines).join('\n')}\n` })).toMatchObject({
      status: 1,
      said: expect.stringContaining(`event ${seq}:`),
    })
  })

  test('an end cut off together with its checkpoints needs the anchor to be seen', async () => {
    const text = (await world.exported('jsonl')).split('\n').slice(0, 12).join('\n')
    expect((await verifyExport({ text })).status).toBe(0)
    expect(await verifyExport({ text, anchor: world.anchorFile })).toMatchObject({
      status: 1,
      said: expect.stringContaining('event 13:'),
    })
  })
})

test('nobody can change or delete an event or a checkpoint by accident', async () => {
  await verify()
  const { sqlite } = world.database
  expect(() => sqlite.exec(`UPDATE audit_events SET action = 'x'`)).toThrow('append-only')
  expect(() => sqlite.exec('DELETE FROM audit_events')).toThrow('append-only')
  expect(() => sqlite.exec('DELETE FROM audit_checkpoints')).toThrow('append-only')
})
