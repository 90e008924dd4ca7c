/** A whole day of ten agents against services that fail: every effect once, every failure told once, no budget passed, all of it traceable. */
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Run, RunStep } from '#shared/contract/agents'
import { toInstant } from '#shared/time'
import type { Actor } from '../../electron/engine/engine.ts'
import { type RunningApp, runApp } from '../app/running-app.ts'
import { createDice, report, scaled, seed, until } from './scale.ts'
import { trayPicture } from './tray-picture.ts'

/** The clock of the product runs this much faster: a day is little more than half a minute. */
const hurry = 2_400
const dayMs = 86_400_000
const total = scaled(300, 3_000)
const begun = Date.now()
/** The day begins at midnight UTC, where agents have theirs. */
const midnight = Math.ceil(begun / dayMs) * dayMs
const now = () => midnight + (Date.now() - begun) * hurry

/** What each publishes with; `text` is unlike any other. */
const posts: Readonly<Record<string, (text: string, file: string) => readonly [tool: string, input: object]>> = {
  kelly: (text) => ['SOCIAL_POST-x', { text }],
  fran: (text) => ['SOCIAL_POST-facebook', { text }],
  dwight: (text) => ['SOCIAL_POST-threads', { text }],
  timmy: (text, file) => ['SOCIAL_POST-tiktok', { text, media: [{ file }], privacy: 'SELF_ONLY' }],
  terry: (text) => ['SOCIAL_POST-tumblr', { text }],
  cornwall: (text, file) => ['SOCIAL_POST-pinterest', { text, media: [{ file }], boardId: '800000000000000001' }],
  link: (text) => ['SOCIAL_POST-linkedin', { text }],
  emma: (text) => ['SOCIAL_POST-alignable', { text }],
  donna: (text) => ['SOCIAL_POST-reddit', { title: text, text: 'Harbour', subreddit: 'test' }],
  reynolds: (text) => ['SOCIAL_POST-blog', { title: text, text: `<p>${text}</p>`, site: 'wordpress' }],
}
const agents = Object.keys(posts)
/** In micro-dollars: enough for all, for some of the posts, or for some of the answers. */
const budgets: Readonly<Record<string, number>> = { kelly: 120_000, fran: 3_000, dwight: 1_500 }
const plenty = 1_000_000
/** Whose posts a person has to agree to. */
const asking = new Set(['fran', 'link', 'terry'])

const services = ['x', 'meta', 'threads', 'tiktok', 'tumblr', 'pinterest', 'linkedin', 'reddit', 'wordpress', 'slack']
const minds = ['openai', 'deepseek', 'openrouter', 'cerebras', 'gemini']
const faults = ['rate_limited', 'server_error', 'unavailable', 'reset', 'reset_after_receipt', 'malformed', 'forbidden']

let running: RunningApp
beforeAll(async () => {
  running = await runApp({}, { now })
})
afterAll(() => running.stop())

const operator: Actor = { kind: 'operator', id: 'test' }
const tenant = () => running.app.engine.forTenant('demo')

async function setUp(): Promise<void> {
  for (const provider of ['meta', 'threads', 'tiktok'])
    await tenant().verification.update({ provider, stage: 'approved' }, operator)
  // What bounds this day is each agent's own budget.
  await tenant().ai.putPolicy({ monthlyBudgetMicroDollars: null }, operator)
  for (const id of agents) {
    const [tool] = posts[id]?.('', '') ?? ['']
    const tools = [
      { tool: tool.replace('-', '/'), autonomy: asking.has(id) ? ('ask' as const) : ('auto' as const), perDay: null },
      { tool: 'SLACK_SEND', autonomy: 'auto' as const, perDay: null },
      { tool: 'slack/channels.list', autonomy: 'auto' as const, perDay: null },
    ]
    const dailyBudgetMicroDollars = budgets[id] ?? plenty
    await tenant().agents.update(
      { id, tools, askAfterOutside: false, runsPerDay: null, quietHours: null, timeZone: 'UTC', dailyBudgetMicroDollars },
      operator,
    )
  }
}

interface Ordered {
  id: string
  agent: string
  mark: string
}

/** Runs over the whole day: each reads, posts, tells its team and reports. */
async function order(file: string): Promise<Ordered[]> {
  const ordered: Ordered[] = []
  for (let at = 0; at < total; at += 1) {
    const agent = agents[at % agents.length] ?? 'kelly'
    const mark = `day-${at}-${seed}`
    const [tool, input] = posts[agent]?.(`${mark} post`, file) ?? ['', {}]
    const instruction = [
      'Publish what is new and tell the team.',
      'script:',
      'call slack-channels_list {}',
      `call ${tool} ${JSON.stringify(input)}`,
      `call SLACK_SEND {"channel":"#agents","text":"${mark} told"}`,
      'say It is out, and the team knows.',
    ].join('\n')
    const runAt = toInstant(midnight + Math.floor((at / total) * dayMs * 0.9))
    const { body } = await tenant().jobs.create({ kind: 'AGENT_RUN', input: { agent, instruction }, runAt, key: mark }, operator)
    ordered.push({ id: body.id, agent, mark })
  }
  return ordered
}

/** A person at their desk: agrees to most, sends one back now and then, posts by hand what has to be. */
async function attend(dice: () => number): Promise<void> {
  const { items } = await tenant().approvals.list({ state: 'pending', limit: 50 }, operator)
  for (const { id, hash } of items) {
    const decision = dice() < 0.8 ? ('approve' as const) : ('reject' as const)
    await tenant().approvals.decide({ id, hash, decision, note: decision === 'reject' ? 'Not today' : undefined }, operator)
  }
  const byHand = await tenant().jobs.list({ agent: 'emma', kind: 'SOCIAL_POST', state: 'waiting', limit: 50 }, operator)
  for (const { id } of byHand.items)
    await tenant().jobs.resolve({ id, outcome: 'sent', url: `https://www.alignable.com/post/${id}` }, operator)
}

async function breakSomething(dice: () => number): Promise<void> {
  const provider = (dice() < 0.4 ? minds : services)[Math.floor(dice() * 5 + (dice() < 0.5 ? 0 : 5))] ?? 'openai'
  const fault = faults[Math.floor(dice() * faults.length)] ?? 'reset'
  await tenant().sandbox.setFault({ provider, fault, active: true, count: 1 + Math.floor(dice() * 2) }, operator)
}

async function mendAll(): Promise<void> {
  for (const provider of [...services, ...minds])
    for (const fault of faults) await tenant().sandbox.setFault({ provider, fault, active: false }, operator)
}

const over = new Set(['succeeded', 'failed', 'cancelled'])

async function live(ordered: readonly Ordered[]): Promise<Map<string, Run>> {
  const open = new Set(ordered.map(({ id }) => id))
  const done = new Map<string, Run>()
  const dice = createDice(seed)
  const look = async () => {
    if (now() - midnight > dayMs) await mendAll()
    else if (dice() < 0.2) await breakSomething(dice)
    await attend(dice)
    for (const id of open) {
      const run = await tenant().runs.get({ id }, operator)
      if (!over.has(run.state)) continue
      open.delete(id)
      done.set(id, run)
    }
    return open.size === 0 ? true : undefined
  }
  await until('every run to come to its end', look, scaled(420_000, 3_600_000))
  return done
}

interface Arrival {
  provider: string
  text: string
}

function rowsOf<T>(file: string, sql: string): T[] {
  const database = new Sqlite(join(running.dataDir, file), { readonly: true })
  const rows = database.prepare(sql).all() as T[]
  database.close()
  return rows
}

const stepsOf = async (id: string): Promise<RunStep[]> => (await tenant().runs.steps({ id, limit: 100 }, operator)).items

/** What is wrong with an effect; undefined when nothing is. */
function faultOf(state: string | undefined, times: number, byHand: boolean): string | undefined {
  if (times > 1) return `arrived ${times} times`
  if (state === 'succeeded') return times === 1 || byHand ? undefined : 'succeeded, and never arrived'
  if (state === undefined || state === 'failed' || state === 'cancelled') return times === 0 ? undefined : `${state}, and arrived`
  return state === 'unknown' ? undefined : `ended as ${state}`
}

let ordered: Ordered[] = []
let done = new Map<string, Run>()
const steps = new Map<string, RunStep[]>()

test(`${total} runs of ten agents, begun over a day, all come to an end that is explained`, async () => {
  await setUp()
  ordered = await order(await trayPicture(running))
  done = await live(ordered)
  for (const { id } of ordered) steps.set(id, await stepsOf(id))
  const unexplained = ordered.flatMap(({ id, mark }) => {
    const run = done.get(id)
    if (run?.state === 'succeeded' || (run?.state === 'failed' && run.failure?.message)) return []
    return [`${mark}: ${run?.state ?? 'lost'}`]
  })
  const all = [...done.values()]
  const count = (state: string) => all.filter((run) => run.state === state).length
  const used = [...steps.values()].flat()
  report(
    `day: seed ${seed}, ${total} runs of ${agents.length} agents: ${count('succeeded')} succeeded, ${count('failed')} failed; ${used.filter(({ kind }) => kind === 'model').length} answers of models, ${used.filter(({ kind }) => kind === 'tool').length} uses of tools, ${used.filter(({ job }) => job?.state === 'unknown').length} of unknown outcome, ${used.filter(({ state }) => state === 'refused').length} refused`,
  )
  expect(unexplained).toEqual([])
})

test('every effect is there once, and what did not succeed is not there at all', () => {
  const arrived = rowsOf<Arrival>('sandbox.db', 'SELECT provider, title || text AS text FROM arrivals').filter(
    ({ provider }) => provider !== 'telegram',
  )
  const wrong = ordered.flatMap(({ id, agent, mark }) =>
    ['post', 'told'].flatMap((what) => {
      const step = steps.get(id)?.find(({ input, kind }) => kind === 'tool' && JSON.stringify(input).includes(`${mark} ${what}`))
      const times = arrived.filter(({ text }) => text.includes(`${mark} ${what}`)).length
      const fault = faultOf(step?.job?.state, times, agent === 'emma' && what === 'post')
      return fault ? [`${agent} ${mark} ${what}: ${fault}`] : []
    }),
  )
  expect(wrong).toEqual([])
})

test('every failure is told once, by its cause, with the right count', () => {
  const open = rowsOf<{ kind: string; cause: string; times: number }>(
    'atlas.db',
    `SELECT kind, cause, count(*) AS times FROM notices WHERE tenant_id = 'demo' AND closed_at IS NULL GROUP BY kind, cause`,
  )
  expect(open.filter(({ times }) => times > 1)).toEqual([])
  const failed = rowsOf<{ cause: string; times: number }>(
    'atlas.db',
    `SELECT coalesce(provider, kind) || ' ' || failure_kind AS cause, count(*) AS times FROM jobs
     WHERE tenant_id = 'demo' AND state = 'failed' AND created_at >= ${midnight} GROUP BY 1`,
  )
  const told = rowsOf<{ cause: string; count: number }>(
    'atlas.db',
    `SELECT cause, sum(count) AS count FROM notices WHERE tenant_id = 'demo' AND kind = 'job_failed' AND at >= ${midnight} GROUP BY cause`,
  )
  expect(failed.length).toBeGreaterThan(0)
  for (const { cause, times } of failed)
    expect(told.find((one) => one.cause === cause)?.count, cause).toBeGreaterThanOrEqual(times)
  const unknown = rowsOf<{ id: string }>(
    'atlas.db',
    `SELECT id FROM jobs WHERE tenant_id = 'demo' AND state = 'unknown' AND created_at >= ${midnight}`,
  )
  for (const { id } of unknown)
    expect(
      open.filter((one) => one.kind === 'outcome_unknown' && one.cause === id),
      id,
    ).toHaveLength(1)
})

test('no budget of a day was passed by a cent, nor by less', () => {
  const days = rowsOf<{ agent: string; day: string; spent: number; reserved: number }>(
    'atlas.db',
    `SELECT agent, day, spent_nano AS spent, reserved_nano AS reserved FROM agent_days WHERE tenant_id = 'demo'`,
  )
  const passed = days.filter(({ agent, spent, reserved }) => spent + reserved > (budgets[agent] ?? plenty) * 1_000)
  expect(passed).toEqual([])
  expect(days.filter(({ reserved }) => reserved < 0)).toEqual([])
  // The same again from what was used, not from what was booked.
  const used = rowsOf<{ agent: string; day: string; nano: number }>(
    'atlas.db',
    `SELECT r.agent, date(s.started_at / 1000, 'unixepoch') AS day, sum(s.cost_nano) AS nano FROM run_steps s JOIN runs r ON r.id = s.run_id
     WHERE s.tenant_id = 'demo' AND s.cost_nano IS NOT NULL GROUP BY 1, 2`,
  )
  expect(used.filter(({ agent, nano }) => nano > (budgets[agent] ?? plenty) * 1_000)).toEqual([])
  // Budgets that nobody reached would prove nothing.
  const refused = ordered.filter(
    ({ id, agent }) => budgets[agent] && steps.get(id)?.some(({ failure }) => failure?.kind === 'quota'),
  )
  const stopped = ordered.filter(({ id }) => done.get(id)?.failure?.kind === 'quota')
  expect(refused.length + stopped.length).toBeGreaterThan(10)
})

test('each post leads back to the prompt behind it, and the chain of the record is whole', async () => {
  const byJob = new Map(
    ordered.flatMap(({ id, mark }) =>
      (steps.get(id) ?? []).flatMap((step) => (step.job ? [[step.job.id, { id, mark, step }]] : [])),
    ),
  )
  const sent = [...byJob].filter(([, { step }]) => step.job?.state === 'succeeded' && step.tool?.startsWith('SOCIAL_POST'))
  expect(sent.length).toBeGreaterThan(total / 3)
  for (const [job, { id, mark, step }] of sent) {
    const { items } = await tenant().audit.list({ target: job, limit: 50 }, operator)
    expect(
      items.some(({ action, actor }) => action === 'job.queued' && actor.kind === 'agent'),
      job,
    ).toBe(true)
    expect(
      items.some(({ action }) => action === 'job.succeeded' || action === 'job.resolved_sent'),
      job,
    ).toBe(true)
    const run = await tenant().runs.get({ id }, operator)
    expect(run.instruction).toContain(`${mark} post`)
    const answer = steps
      .get(id)
      ?.findLast(({ kind, number, state }) => kind === 'model' && state === 'done' && number < step.number)
    expect(answer?.model, mark).toMatchObject({ provider: expect.any(String), reasons: expect.any(Array) })
    const orders = (await tenant().audit.list({ target: id, action: 'run.ordered', limit: 50 }, operator)).items
    expect(
      orders.some(({ detail }) => JSON.stringify(detail).includes(job)),
      mark,
    ).toBe(true)
  }
  expect(await tenant().audit.verify({}, operator)).toMatchObject({ ok: true })
})
