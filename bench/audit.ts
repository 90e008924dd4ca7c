/** The audit log: appending with and without its chain and its index, verifying, searching and exporting a million events. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuditAppender } from '../electron/engine/audit/append.ts'
import { type AuditWorld, actor, openAuditWorld } from '../electron/engine/audit/audit-world.ts'
import { type Database, openDatabase } from '../electron/engine/database/open.ts'
import { atLeast, atMost, type Figure, interleave, percentile, type Reading, type Side, timed, within } from './measure.ts'

const rounds = 5
const perCommit = 100
const appended = 20_000
const million = 1_000_000
const smaller = 100_000
const asked = 200
const area = 'Audit'

function entry(at: number) {
  return {
    actor: { kind: 'agent', id: at % 3 ? 'kelly' : 'donna' },
    action: at % 2 ? 'job.succeeded' : 'job.failed',
    target: { kind: 'job', id: `job-${at % 50_000}` },
    outcome: at % 2 ? 'ok' : 'failed',
    detail: { provider: at % 7 ? 'slack' : 'telegram', attempt: 1, word: `word${at % 1_000}` },
  } as const
}

interface Fresh {
  file: string
  remove(): void
}

function freshFile(): Fresh {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-bench-audit-'))
  return { file: join(folder, 'atlas.db'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Rounds of appending in commits of a hundred, each on a new database. */
function appending(name: string, adderFor: (database: Database) => (at: number) => void): Side {
  return {
    name,
    unit: 'per second',
    durability: 'synchronous=FULL, 100 a commit',
    async round() {
      const { file, remove } = freshFile()
      const database = openDatabase({ file })
      const add = adderFor(database)
      const { ms, cpuMs } = await timed(async () => {
        for (let done = 0; done < appended; done += perCommit) {
          await database.write(() => {
            for (let at = 0; at < perCommit; at += 1) add(done + at)
          })
        }
      })
      database.close()
      remove()
      return { value: (appended / ms) * 1_000, cpuMs }
    },
  }
}

function chained(): Side {
  return appending('with the chain', (database) => {
    const audit = createAuditAppender(database, Date.now)
    return (at) => audit.append('t', entry(at))
  })
}

function unchained(): Side {
  return appending('the same rows without', (database) => {
    const insert = database.sqlite.prepare(
      `INSERT INTO audit_events (chain, seq, at, actor_kind, actor_id, action, target_kind, target_id, outcome, detail, prev_hash, hash)
       VALUES ('t', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    const hash = 'a'.repeat(64)
    return (at) => {
      const { actor: who, action, target, outcome, detail } = entry(at)
      const row = [at + 1, Date.now(), who.kind, who.id, action, target.kind, target.id, outcome, JSON.stringify(detail)]
      insert.run(...row, hash, hash)
    }
  })
}

/** Appends for a while at the pace of a busy installation; the index is fed each second, or not. */
function searchable(isFed: boolean, found: number[]): Side {
  return {
    name: isFed ? 'while the index is fed' : 'without an index',
    unit: 'per second',
    async round() {
      const world = openAuditWorld()
      let [done, marked] = [0, 0]
      const endsAt = performance.now() + 3_000
      const timer = isFed ? setInterval(() => void world.log.tend(), 1_000) : undefined
      const begunAt = performance.now()
      while (performance.now() < endsAt) {
        await world.append(perCommit)
        done += perCommit
      }
      const value = (done / (performance.now() - begunAt)) * 1_000
      clearInterval(timer)
      if (isFed) {
        marked = performance.now()
        await world.appendOne({ ...entry(1), action: 'mark.made' })
        const page = await world.log.forChain('t').list({ action: 'mark.made' }, actor)
        found.push(page.items.length === 1 ? performance.now() - marked : Number.POSITIVE_INFINITY)
      }
      world.close()
      return { value }
    },
  }
}

async function append(): Promise<Figure[]> {
  const [ours, bare] = (await interleave(rounds, [chained(), unchained()])) as [Reading, Reading]
  const found: number[] = []
  const [fed, unfed] = (await interleave(rounds, [searchable(true, found), searchable(false, found)])) as [Reading, Reading]
  const until: Reading = { name: 'found after, at most', value: Math.max(...found.slice(1)), unit: 'ms' }
  return [
    { area, title: 'Appending, the chain included', ours, beside: [bare], bars: [atLeast(0.9, ours, bare)], rounds },
    {
      area,
      title: 'Appending while events become searchable',
      ours: fed,
      beside: [unfed],
      bars: [atLeast(0.85, fed, unfed)],
      rounds,
    },
    {
      area,
      title: 'From an event to a search that finds it, right after three seconds at full rate',
      ours: until,
      beside: [],
      bars: [within(until, { most: 1_000 })],
      rounds,
      note: 'by its fields: what is not yet indexed is read; a search for words first indexes it, which takes longer',
    },
  ]
}

async function filled(count: number): Promise<AuditWorld> {
  const world = openAuditWorld()
  const audit = createAuditAppender(world.database, () => {
    world.clock.now += 1_000
    return world.clock.now
  })
  for (let done = 0; done < count; done += 2_000) {
    await world.database.write(() => {
      for (let at = done; at < done + 2_000; at += 1) audit.append('t', entry(at))
    })
  }
  await world.log.forChain('t').list({ text: 'word1' }, actor)
  return world
}

type Ask = (world: AuditWorld, count: number, dice: number) => Promise<unknown>

const iso = (ms: number) => new Date(ms).toISOString()
const from = 1_800_000_000_000
const list = (world: AuditWorld, filter: Parameters<ReturnType<AuditWorld['log']['forChain']>['list']>[0]) =>
  world.log.forChain('t').list(filter, actor)

const questions: Readonly<Record<string, Ask>> = {
  'newest page': (world) => list(world, {}),
  'deep page': (world, count, dice) => list(world, { cursor: String(1 + Math.floor(dice * count)) }),
  'window at any place': (world, count, dice) =>
    world.log.forChain('t').window({ offset: Math.floor(dice * count), limit: 60 }, actor),
  'an actor': (world) => list(world, { actor: 'donna' }),
  'an action': (world) => list(world, { action: 'job.failed' }),
  'an area of actions': (world) => list(world, { action: 'job' }),
  'an outcome': (world) => list(world, { outcome: 'failed' }),
  'a target': (world, _count, dice) => list(world, { target: `job-${Math.floor(dice * 50_000)}` }),
  'actor and outcome, deep': (world, count, dice) =>
    list(world, { actor: 'kelly', outcome: 'failed', cursor: String(1 + Math.floor(dice * count)) }),
  'a rare word': (world, _count, dice) => list(world, { text: `word${Math.floor(dice * 1_000)}` }),
  'a word of nearly every event': (world) => list(world, { text: 'slack' }),
  'two words': (world, _count, dice) => list(world, { text: `telegram word${Math.floor(dice * 1_000)}` }),
  'a narrow time': (world, count, dice) => {
    const begins = from + Math.floor(dice * count) * 1_000
    return list(world, { from: iso(begins), to: iso(begins + 60_000) })
  },
  'a wide time': (world, count) => list(world, { from: iso(from + 10_000), to: iso(from + (count - 10) * 1_000) }),
  'a wide time with an actor': (world, count) =>
    list(world, { actor: 'donna', from: iso(from + 10_000), to: iso(from + (count - 10) * 1_000) }),
}

async function p99(world: AuditWorld, count: number, ask: Ask): Promise<number> {
  const times: number[] = []
  for (let at = 0; at < asked; at += 1) {
    const begunAt = performance.now()
    await ask(world, count, (at * 0.618_034) % 1)
    times.push(performance.now() - begunAt)
  }
  return percentile(times.slice(asked / 10), 0.99)
}

async function search(large: AuditWorld, small: AuditWorld): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [title, ask] of Object.entries(questions)) {
    const beside: Reading = { name: 'of 100,000', value: await p99(small, smaller, ask), unit: 'ms' }
    const ours: Reading = { name: 'p99 of 1,000,000', value: await p99(large, million, ask), unit: 'ms' }
    const bars = [within(ours, { most: 5 }), atMost(2, ours, beside)]
    figures.push({ area: 'Audit search', title, ours, beside: [beside], bars, rounds: asked })
  }
  return figures
}

async function whole(large: AuditWorld): Promise<Figure[]> {
  const verified = await timed(async () => {
    const { ok } = await large.log.forChain('t').verify(undefined, actor)
    if (!ok) throw new Error('the chain that was built does not hold')
  })
  const exported = await timed(async () => {
    for await (const _line of large.log.exportLines('t', 'jsonl', {}));
  })
  const rate = (ms: number) => (million / ms) * 1_000
  const verify: Reading = { name: 'verified, in a thread', value: rate(verified.ms), unit: 'per second' }
  const out: Reading = { name: 'exported as JSON lines', value: rate(exported.ms), unit: 'per second' }
  return [
    {
      area,
      title: 'Verifying a million events',
      ours: verify,
      beside: [],
      bars: [within(verify, { least: 150_000 })],
      rounds: 1,
      note: 'nothing is verified at the start: signatures and anchor are looked at when somebody asks',
    },
    { area, title: 'Exporting a million events', ours: out, beside: [], bars: [within(out, { least: 100_000 })], rounds: 1 },
  ]
}

export async function measureAudit(): Promise<Figure[]> {
  const figures = await append()
  const [large, small] = [await filled(million), await filled(smaller)]
  try {
    return [...figures, ...(await whole(large)), ...(await search(large, small))]
  } finally {
    large.close()
    small.close()
  }
}
