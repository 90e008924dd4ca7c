/** Agents at work against the stand-ins: tools, approvals, delegation, limits, and what a person stops. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Run, RunStep } from '#shared/contract/agents'
import type { Approval } from '#shared/contract/approvals'
import { type RunningApp, runApp, untilNews } from './running-app.ts'

let running: RunningApp
beforeAll(async () => {
  running = await runApp()
})
afterAll(() => running.stop())

const get = async <T>(path: string) => (await running.ask('GET', path)).body as T
const post = (path: string, body: unknown) => running.ask('POST', path, { body })
const patch = (id: string, body: unknown) => running.ask('PATCH', `/v1/agents/${id}`, { body })
const script = (...lines: string[]) => ['Do the work.', 'script:', ...lines].join('\n')
const steps = async (id: string) => (await get<{ items: RunStep[] }>(`/v1/runs/${id}/steps`)).items
const pending = async (run: string) => {
  const { items } = await get<{ items: Approval[] }>('/v1/approvals?state=pending')
  return items.find((approval) => approval.run === run)
}

async function begin(agent: string, instruction: string): Promise<Run> {
  const { status, body } = await post(`/v1/agents/${agent}/runs`, { instruction })
  expect(status).toBe(201)
  return body
}

/** Looks again after each piece of news until it holds. */
const until = <T>(look: () => Promise<T | undefined>) => untilNews(running, look)

const ended = (id: string) =>
  until(async () => {
    const run = await get<Run>(`/v1/runs/${id}`)
    return ['succeeded', 'failed', 'cancelled'].includes(run.state) ? run : undefined
  })
const asked = (run: string) => until(() => pending(run))
const inbox = async (provider: string) =>
  (await get<{ items: { text: string }[] }>(`/v1/sandbox/inbox?provider=${provider}`)).items.map(({ text }) => text)

test('an agent reads, acts and reports; every step is there with its cost', async () => {
  await patch('petra', {
    tools: [
      { tool: 'SLACK_SEND', autonomy: 'auto', perDay: null },
      { tool: 'slack/channels.list', autonomy: 'auto', perDay: null },
    ],
    askAfterOutside: false,
  })
  const run = await begin(
    'petra',
    script('call slack-channels_list {}', 'call SLACK_SEND {"text":"Stand-up in ten minutes"}', 'say Told the team.'),
  )
  const done = await ended(run.id)
  expect(done).toMatchObject({ state: 'succeeded', outcome: 'Told the team.', steps: 5 })
  const told = await steps(run.id)
  expect(told.map(({ kind, state, outside }) => [kind, state, outside])).toEqual([
    ['model', 'done', false],
    ['tool', 'done', true],
    ['model', 'done', false],
    ['tool', 'done', false],
    ['model', 'done', false],
  ])
  expect(done.cost.costUsd).toBeGreaterThan(0)
  expect((await inbox('slack')).filter((text) => text.includes('Stand-up in ten minutes'))).toHaveLength(1)
})

test('a use that asks waits for a person without a runner, and goes out once when they agree', async () => {
  const run = await begin('kelly', script('call SOCIAL_POST-x {"text":"Our harbour opens at nine"}', 'say Posted.'))
  const approval = await asked(run.id)
  expect(approval).toMatchObject({
    agent: 'kelly',
    tool: 'SOCIAL_POST/x',
    risk: 'public',
    payload: { platform: 'x', text: 'Our harbour opens at nine' },
  })
  expect(approval.costUsd).toBe(0.015)
  expect(await get<Run>(`/v1/runs/${run.id}`)).toMatchObject({ state: 'waiting' })
  expect(await inbox('x')).not.toContain('Our harbour opens at nine')
  const [one, two] = await Promise.all([
    post(`/v1/approvals/${approval.id}`, { decision: 'approve', hash: approval.hash }),
    post(`/v1/approvals/${approval.id}`, { decision: 'reject', note: 'Not today' }),
  ])
  expect([one.status, two.status].sort()).toEqual([200, 409])
  await ended(run.id)
  const sent = (await inbox('x')).filter((text) => text.includes('Our harbour opens at nine'))
  expect(sent).toHaveLength(one.status === 200 ? 1 : 0)
})

test('an edit is what goes out, and the log has both hashes', async () => {
  const run = await begin('kelly', script('call SOCIAL_POST-x {"text":"Opning at nine"}', 'say Posted.'))
  const approval = await asked(run.id)
  const moved = await post(`/v1/approvals/${approval.id}`, { decision: 'approve', edit: { platform: 'threads', text: 'x' } })
  expect(moved).toMatchObject({ status: 400, body: { error: { fields: [{ path: 'edit.platform' }] } } })
  const { body } = await post(`/v1/approvals/${approval.id}`, {
    decision: 'approve',
    edit: { platform: 'x', text: 'Opening at nine' },
  })
  expect(body).toMatchObject({ state: 'approved', edited: true, original: { text: 'Opning at nine' } })
  await ended(run.id)
  expect(await inbox('x')).toContain('Opening at nine')
  const { items } = await get<{ items: { action: string; detail: Record<string, unknown> }[] }>(
    '/v1/audit?action=approval.edited',
  )
  expect(items[0]?.detail).toMatchObject({ askedHash: approval.hash, payloadHash: (body as Approval).hash })
})

test('what is rejected is told to the agent with the reason, and not done', async () => {
  const run = await begin('kelly', script('call SOCIAL_POST-x {"text":"Wrong tone entirely"}', 'say It was not wanted.'))
  const approval = await asked(run.id)
  await post(`/v1/approvals/${approval.id}`, { decision: 'reject', note: 'Wrong tone' })
  expect((await ended(run.id)).state).toBe('succeeded')
  expect((await steps(run.id))[1]).toMatchObject({ state: 'refused', output: expect.stringContaining('Wrong tone') })
  expect(await inbox('x')).not.toContain('Wrong tone entirely')
})

test('a tool that is not on the list is refused, whatever the model says', async () => {
  const run = await begin('kelly', script('call EMAIL_SEND {"to":"a@example.com","subject":"x","text":"y"}', 'say I could not.'))
  await ended(run.id)
  expect((await steps(run.id))[1]).toMatchObject({ state: 'refused', job: null, failure: { kind: 'forbidden' } })
})

test('work is handed on to those the agent may, and its answer comes back', async () => {
  await patch('kelly', { tools: [{ tool: 'SOCIAL_POST/x', autonomy: 'auto', perDay: null }] })
  const inner = script('call SOCIAL_POST-x {"text":"Handed on"}', 'say It is out.')
  const order = JSON.stringify({ agent: 'kelly', instruction: inner })
  const run = await begin('sunday', script(`call delegate ${order}`, 'say Kelly did it.'))
  expect(await ended(run.id)).toMatchObject({ state: 'succeeded', outcome: 'Kelly did it.' })
  const { items } = await get<{ items: Run[] }>(`/v1/runs?parent=${run.id}`)
  expect(items).toMatchObject([{ agent: 'kelly', state: 'succeeded', source: { kind: 'agent', by: 'sunday', run: run.id } }])
  expect((await inbox('x')).filter((text) => text === 'Handed on')).toHaveLength(1)
})

test('a day has its limits: uses of a tool, and money', async () => {
  await patch('link', { tools: [{ tool: 'SOCIAL_POST/x', autonomy: 'auto', perDay: 1 }] })
  const twice = script('call SOCIAL_POST-x {"text":"The only one"}', 'call SOCIAL_POST-x {"text":"One too many"}', 'say Done.')
  const run = await begin('link', twice)
  await ended(run.id)
  const uses = (await steps(run.id)).filter(({ kind }) => kind === 'tool')
  expect(uses).toMatchObject([{ state: 'done' }, { state: 'refused', failure: { kind: 'quota' } }])
  await patch('dwight', { dailyBudgetMicroDollars: 0 })
  const poor = await begin('dwight', script('say Hello.'))
  expect(await ended(poor.id)).toMatchObject({ state: 'failed', failure: { kind: 'quota' } })
})

test('a stopped run calls off what it had asked for', async () => {
  await patch('fran', { tools: [{ tool: 'SLACK_SEND', autonomy: 'ask', perDay: null }] })
  const run = await begin('fran', script('call SLACK_SEND {"text":"Never sent"}', 'say Done.'))
  const approval = await asked(run.id)
  expect((await post(`/v1/runs/${run.id}/cancel`, {})).body).toMatchObject({ state: 'cancelled' })
  expect(await get<Approval>(`/v1/approvals/${approval.id}`)).toMatchObject({ state: 'cancelled' })
  expect(await inbox('slack')).not.toContain('Never sent')
  const late = await post(`/v1/approvals/${approval.id}`, { decision: 'approve' })
  expect(late).toMatchObject({ status: 409 })
})

test('a pause stops a run in the middle of a thought, and it goes on afterwards', async () => {
  const run = await begin('jenny', script('say slowly I am thinking about it.'))
  await running.ask('PUT', '/v1/pauses', { body: { scope: 'agent', target: 'jenny', paused: true } })
  const stopped = await until(async () => {
    const now = await get<Run>(`/v1/runs/${run.id}`)
    return now.state === 'queued' ? now : undefined
  })
  expect(stopped.outcome).toBeNull()
  expect(
    (await get<{ items: { id: string; state: string }[] }>('/v1/agents')).items.find(({ id }) => id === 'jenny')?.state,
  ).toBe('paused')
  await running.ask('PUT', '/v1/pauses', { body: { scope: 'agent', target: 'jenny', paused: false } })
  expect((await ended(run.id)).state).toBe('succeeded')
})
