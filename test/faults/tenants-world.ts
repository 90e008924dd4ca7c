/** Many tenants on one queue in a hand-moved time: when each order reached its provider, by a clock that no busy machine slows. */
import { setImmediate as turn } from 'node:timers/promises'
import { createQueueWorld, operator } from '../../electron/engine/jobs/queue-world.ts'
import { effectProviders } from './effect-providers.ts'
import { createDice } from './scale.ts'

/** What is wrong with the one tenant's provider. */
export type Trouble = 'nothing' | 'told to wait' | 'told to wait, no limit known' | 'limit used up' | 'never in a hurry'

export interface Town {
  tenants: number
  /** How long orders come, in ms of the hand-moved time. */
  lengthMs: number
  seed: number
  trouble: Trouble
  /** Jobs that the troubled tenant has lying there from the start. */
  backlog: number
  /** Everybody's orders go through the troubled tenant's connection: the queue as it is without lanes. */
  isOneLane?: boolean
}

export interface Outcome {
  /** Order to answer for each order of the others, in ms of the hand-moved time. */
  latencies: number[]
  ordered: number
  /** When the troubled tenant's requests were let through, in ms since the day began. */
  admitted: number[]
}

const stepMs = 10
/** What an answer takes. */
const answerMs = 100
const slowMs = 20_000
const retryAfterSeconds = 30
const concurrency = 64
/** Most runs of one connection at a time, as the queue keeps it. */
const perConnection = 16
/** Each of the others orders once in this long. */
const everyMs = 700
const begunAt = 1_800_000_000_000

export const quota = { count: 20, perMs: 1_000 }
const source = 'https://example.com/limits'
const steady = { bucket: 'steady', title: 'Steady', ...quota, burst: 1, source } as const
/** The troubled tenant writes to this chat, whose limit is the one that is looked at. */
const narrowChat = '7'
const wide = { bucket: 'wide', title: 'Wide', count: 1_000, perMs: 1_000, source } as const

const nameOf = (at: number) => `tenant-${at}`

interface Held {
  until: number
  tenant: string
  answer(): void
}

interface Day {
  town: Town
  world: ReturnType<typeof createQueueWorld>
  clock: { now: number; steady: number }
  held: Set<Held>
  outcome: Outcome
}

function begin(town: Town): Day {
  const clock = { now: begunAt, steady: 0 }
  const world = createQueueWorld({
    clock,
    concurrency,
    leaseMs: 3_600_000,
    limits: [steady, wide],
    bucketsOf: (chatId) => (chatId === narrowChat ? ['steady'] : ['wide']),
    providers: { slack: effectProviders().slack },
  })
  const connect = world.database.sqlite.prepare(
    'INSERT OR IGNORE INTO connections (tenant_id, provider, credential_version) VALUES (?, ?, 1)',
  )
  for (let at = 0; at < town.tenants; at += 1) for (const provider of ['telegram', 'slack']) connect.run(nameOf(at), provider)
  return { town, world, clock, held: new Set(), outcome: { latencies: [], ordered: 0, admitted: [] } }
}

/** Requests are held until the hand-moved time has come. */
function answerRequests({ town, world, clock, held, outcome }: Day): void {
  const isThrottled = town.trouble.startsWith('told to wait')
  world.answer(async (request) => {
    const { text } = (await request.json()) as { text: string }
    const [tenant = '', orderedAt = '', way = ''] = text.split(' ')
    const isTroubled = way === 'troubled'
    if (isTroubled) outcome.admitted.push(clock.now - begunAt)
    const until = clock.now + (isTroubled && town.trouble === 'never in a hurry' ? slowMs : answerMs)
    await new Promise<void>((answer) => held.add({ until, tenant: town.isOneLane ? nameOf(0) : tenant, answer }))
    if (isTroubled && isThrottled) {
      return new Response('{}', { status: 429, headers: { 'retry-after': String(retryAfterSeconds) } })
    }
    if (!isTroubled) outcome.latencies.push(clock.now - Number(orderedAt))
    return Response.json({ messageId: '1' })
  })
}

/** The troubled tenant is the first; the others use one provider, the other, or both in turn. */
async function order({ town, world, clock }: Day, at: number, isTroubled = false): Promise<void> {
  const text = `${nameOf(at)} ${clock.now} ${isTroubled ? 'troubled' : 'steady'}`
  const onTelegram = isTroubled
    ? town.trouble !== 'told to wait, no limit known'
    : (at + (at % 3 === 0 ? clock.now : 0)) % 2 === 0
  const onNarrow = isTroubled || (town.isOneLane === true && town.trouble === 'limit used up')
  const telegram = { kind: 'TELEGRAM_SEND' as const, input: { chatId: onNarrow ? narrowChat : '1', text } }
  const slack = { kind: 'SLACK_SEND' as const, input: { channel: '#general', text } }
  const asked = onTelegram || town.isOneLane ? telegram : slack
  await world.system.enqueuer.enqueue(nameOf(town.isOneLane ? 0 : at), asked, operator)
}

/** Waits until the queue has done all that it can do at this instant. */
async function rest({ world, clock, held }: Day): Promise<void> {
  const due = world.database.sqlite.prepare(`SELECT DISTINCT tenant_id FROM jobs WHERE state = 'queued' AND run_at <= ?`).pluck()
  const isFull = (tenant: string) => [...held].filter((each) => each.tenant === tenant).length >= perConnection
  for (let turns = 0; turns < 20_000; turns += 1) {
    await turn()
    if (world.system.runner.running() !== held.size) continue
    if (held.size >= concurrency || (due.all(clock.now) as string[]).every(isFull)) return
    if (turns % 8 === 0) world.system.runner.nudge()
  }
  throw new Error(`the queue does not come to rest: ${held.size} under way, ${world.system.runner.running()} running`)
}

function answerDue({ clock, held }: Day): void {
  for (const each of held) {
    if (each.until > clock.now) continue
    held.delete(each)
    each.answer()
  }
}

const isTheirTurn = (first: number, passed: number) => passed >= first && (passed - first) % everyMs === 0

/** Lives the town's day and answers what became of its orders. */
export async function liveThrough(town: Town): Promise<Outcome> {
  const day = begin(town)
  const { world, clock, outcome } = day
  answerRequests(day)
  const dice = createDice(town.seed)
  const firstAt = Array.from({ length: town.tenants - 1 }, () => Math.floor((dice() * everyMs) / stepMs) * stepMs)
  const isTroubled = town.trouble !== 'nothing'
  await Promise.all(Array.from({ length: isTroubled ? town.backlog : 0 }, () => order(day, 0, true)))
  await world.system.runner.start()
  for (let passed = 0; passed <= town.lengthMs + answerMs; passed += stepMs) {
    clock.now = begunAt + passed
    clock.steady = passed
    answerDue(day)
    const ordering = passed < town.lengthMs ? firstAt.flatMap((first, at) => (isTheirTurn(first, passed) ? [at + 1] : [])) : []
    outcome.ordered += ordering.length
    await Promise.all(ordering.map((at) => order(day, at)))
    world.system.runner.nudge()
    await rest(day)
  }
  for (const each of day.held) each.answer()
  await world.stop()
  return outcome
}
