/** Orders and runs jobs with the real queue until it is killed; tells each promise only when it was kept. */
import { writeSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import Sqlite from 'better-sqlite3'
import { createAnchorFile } from '../../electron/engine/audit/anchor.ts'
import { createCheckpoints } from '../../electron/engine/audit/checkpoints.ts'
import { createSigningKeys } from '../../electron/engine/audit/signing-key.ts'
import { createQueueWorld, operator, tenant } from '../../electron/engine/jobs/queue-world.ts'
import { createMemoryVault } from '../../electron/engine/vault/memory-vault.ts'
import { createLedger, effectProviders } from './effect-providers.ts'
import { createDice } from './scale.ts'
import { begun } from './when-told.ts'

const { values } = parseArgs({
  options: {
    file: { type: 'string', default: '' },
    ledger: { type: 'string', default: '' },
    life: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    /** Orders nothing, and ends when nothing is left to do. */
    drain: { type: 'boolean', default: false },
    /** The most that it orders. */
    orders: { type: 'string', default: 'Infinity' },
    lease: { type: 'string', default: '1500' },
    /** Takes up room to give back when the disk is full. */
    ballast: { type: 'boolean', default: false },
    /** The longest that a provider takes before and after its effect, in ms. */
    slow: { type: 'string', default: '8' },
    /** Where the signed checkpoints are kept beside the database; without it nothing is signed. */
    anchor: { type: 'string', default: '' },
    /** A defence taken away, for the control: the promise before the commit, the note that a send may be under way, or the fence of a move. */
    without: { type: 'string', default: '' },
  },
})
const { without, life } = values
const slowMs = Number(values.slow)
const standardOutput = 1
const tell = (line: string) => void writeSync(standardOutput, `${line}\n`)

/** Moves are then written by whoever once held the job, whether somebody else holds it now or not. */
function takeFenceAway(): void {
  const { prepare } = Sqlite.prototype
  const withoutFence = (sql: string) => sql.replace('AND generation = +?', 'AND +? IS NOT NULL')
  Sqlite.prototype.prepare = function prepareWithoutFence(this: Sqlite.Database, sql: string) {
    return prepare.call(this, withoutFence(sql))
  } as typeof prepare
}

await begun()
if (without === 'fence') takeFenceAway()
const dice = createDice(Number(values.seed))
const ledger = createLedger(values.ledger)
const clock = {
  get now() {
    return Date.now()
  },
  get steady() {
    return performance.now()
  },
}
const world = createQueueWorld({
  file: values.file,
  runnerId: `runner-${life}`,
  concurrency: 6,
  leaseMs: Number(values.lease),
  clock,
  providers: effectProviders(without === 'note' ? 'safe' : 'unsafe'),
})
world.answer(async (request) => {
  // Killed before the effect, between the effect and the answer, and after it.
  await wait(dice() * slowMs)
  const answer = await ledger.take(request)
  await wait(dice() * slowMs)
  return answer
})
const { system, database } = world
if (values.ballast) database.layBallast()
await system.runner.start()
const held = database.sqlite.prepare(`SELECT count(*) AS count FROM jobs WHERE state = 'running' AND locked_by <> ?`)
tell(`ready ${(held.get(`runner-${life}`) as { count: number }).count}`)

async function order(at: number): Promise<void> {
  const text = `${at % 2 === 0 ? 'unsafe' : 'keyed'}-${life}-${at}`
  const how = at % 2 === 0 ? { kind: 'TELEGRAM_SEND' as const, input: { chatId: '1', text } } : slackOrder(text)
  if (without === 'commit') tell(`promised ${text}`)
  try {
    await system.enqueuer.enqueue(tenant, { ...how, key: text }, operator)
    if (without !== 'commit') tell(`promised ${text}`)
  } catch (error) {
    tell(`refused ${error instanceof Error ? error.message : String(error)}`)
  }
}

function slackOrder(text: string) {
  return { kind: 'SLACK_SEND' as const, input: { channel: '#general', text } }
}

async function orderOn(first: number): Promise<void> {
  for (let at = first; at < Number(values.orders); at += 6) {
    await Promise.all([order(at), order(at + 3)])
    await wait(dice() * 40)
  }
}

/** Signs far more often than the product does, so that every copy meets a signature just made. */
async function signOn(): Promise<void> {
  const keys = createSigningKeys({ database, vault: createMemoryVault(), now: Date.now })
  const checkpoints = createCheckpoints({ database, keys, anchors: createAnchorFile(values.anchor), now: Date.now })
  for (;;) {
    await checkpoints.sign()
    await wait(30)
  }
}

const open = database.sqlite.prepare(`SELECT count(*) AS count FROM jobs WHERE state IN ('queued', 'running', 'waiting')`)

async function drain(): Promise<void> {
  while ((open.get() as { count: number }).count > 0) await wait(20)
  await world.stop()
  ledger.close()
}

if (values.drain) await drain()
else await Promise.all([0, 1, 2].map(orderOn).concat(values.anchor === '' ? [] : signOn()))
