/** The operator's chat in the whole product: agents ask and tell in it, and what is pressed or written there counts once. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Run } from '#shared/contract/agents'
import type { Approval } from '#shared/contract/approvals'
import type { SandboxItem } from '#shared/contract/system'
import { viewEngine } from '../../electron/desktop/from-engine.ts'
import { type RunningApp, runApp, untilNews } from './running-app.ts'

let running: RunningApp
beforeAll(async () => {
  running = await runApp()
  await demo().agents.update({ id: 'kelly', tools: [{ tool: 'SOCIAL_POST/x', autonomy: 'ask', perDay: null }] }, operator)
})
afterAll(() => running.stop())

const operator = { kind: 'operator' as const, id: 'operator' }
const demo = () => running.app.engine.forTenant('demo')
const script = (...lines: string[]) => ['Do the work.', 'script:', ...lines].join('\n')
const inbox = async (provider: string) => (await demo().sandbox.inbox({ provider }, operator)).items
const toOperator = async (start: string) =>
  (await inbox('telegram')).filter(({ to, text }) => to === 'Demo Operator' && text.startsWith(start))

/** Looks again after each piece of news until it holds. */
const until = <T>(look: () => Promise<T | undefined>) => untilNews(running, look)

const begin = (agent: string, instruction: string) => demo().agents.run({ id: agent, instruction }, operator)
const ended = (id: string): Promise<Run> =>
  until(async () => {
    const run = await demo().runs.get({ id }, operator)
    return ['succeeded', 'failed', 'cancelled'].includes(run.state) ? run : undefined
  })
const pendingOf = (run: string): Promise<Approval> =>
  until(async () => {
    const { items } = await demo().approvals.list({ state: 'pending', limit: 200 }, operator)
    return items.find((approval) => approval.run === run)
  })

/** The question of an approval as it arrived, with its buttons. */
const questionOf = (id: string): Promise<SandboxItem> =>
  until(async () => (await inbox('telegram')).find(({ text, buttons }) => buttons.length > 0 && text.includes(id)))
const press = (item: SandboxItem, verb: 'Approve' | 'Reject') => {
  const button = item.buttons.flat().find(({ text }) => text === verb)
  return demo().sandbox.press(
    { provider: 'telegram', messageId: item.id, data: button?.data ?? '', from: 'Demo Operator' },
    operator,
  )
}

test('the question has the whole payload, its price and two buttons; a press decides, is answered, and the buttons go', async () => {
  const run = await begin('kelly', script('call SOCIAL_POST-x {"text":"Pressed good morning"}', 'say Done.'))
  const asked = await pendingOf(run.id)
  const question = await questionOf(asked.id)
  expect(question.text).toContain('Kelly asks: Publishes a post on X')
  expect(question.text).toContain('text: Pressed good morning')
  expect(question.text).toContain('Costs $0.015.')
  expect(question.text).toContain(`atlas-ux://open/agents?tab=approvals&approval=${asked.id}`)
  await press(question, 'Approve')
  await ended(run.id)
  expect((await inbox('x')).filter(({ text }) => text.includes('Pressed good morning'))).toHaveLength(1)
  expect(await demo().approvals.get({ id: asked.id }, operator)).toMatchObject({
    state: 'approved',
    decidedVia: 'telegram',
    decidedBy: expect.stringMatching(/^Demo Operator \(telegram \d+\)$/),
  })
  await until(async () =>
    (await inbox('telegram')).find(({ title, text }) => title === 'Answer to a press' && text === 'Approved.'),
  )
  await until(async () => (await inbox('telegram')).find(({ text }) => text.startsWith('Approved by Demo Operator')))
  expect((await inbox('telegram')).find(({ id }) => id === question.id)?.buttons).toEqual([])
})

test('two people decide at once, one in the browser and one in the chat: each time there is one decision and one effect', async () => {
  const rounds = Array.from({ length: 6 }, (_, at) => at)
  const runs = await Promise.all(
    rounds.map((at) => begin('kelly', script(`call SOCIAL_POST-x {"text":"Both at once ${at}."}`, 'say Done.'))),
  )
  const asked = await Promise.all(runs.map(({ id }) => pendingOf(id)))
  const questions = await Promise.all(asked.map(({ id }) => questionOf(id)))
  const late: string[] = []
  await Promise.all(
    rounds.map(async (at) => {
      const approval = asked[at] as Approval
      const decision = at % 2 === 0 ? ('approve' as const) : ('reject' as const)
      const inBrowser = demo()
        .approvals.decide({ id: approval.id, hash: approval.hash, decision, via: 'screen' }, operator)
        .catch((error: Error) => late.push(error.message))
      await Promise.all([press(questions[at] as SandboxItem, at % 3 === 0 ? 'Approve' : 'Reject'), inBrowser])
    }),
  )
  await Promise.all(runs.map(({ id }) => ended(id)))
  const answers = await until(async () => {
    const told = (await inbox('telegram')).filter(({ title }) => title === 'Answer to a press')
    return told.length > rounds.length ? told.slice(0, rounds.length) : undefined
  })
  const published = await inbox('x')
  for (const [at, { id }] of asked.entries()) {
    const { state } = await demo().approvals.get({ id }, operator)
    const posts = published.filter(({ text }) => text.includes(`Both at once ${at}.`))
    expect(posts, `${at} ${state}`).toHaveLength(state === 'approved' ? 1 : 0)
    const events = (await demo().audit.list({ target: id, limit: 50 }, operator)).items
    expect(events.filter(({ action }) => /approval\.(approved|rejected)/.test(action))).toHaveLength(1)
  }
  const refusedInChat = answers.filter(({ text }) => text.startsWith('This was decided already'))
  expect(refusedInChat.length + late.length).toBe(rounds.length)
  // Telegram takes one message a second in a chat.
}, 60_000)

test('the tray decides exactly what it showed, once', async () => {
  const run = await begin('kelly', script('call SOCIAL_POST-x {"text":"From the tray"}', 'say Done.'))
  await pendingOf(run.id)
  const tray = viewEngine({ engine: running.app.engine, now: Date.now })
  const shown = (await tray.openApprovals()).find(({ payload }) => payload.text === 'From the tray')
  if (!shown) throw new Error('the tray does not show it')
  await expect(tray.decide({ approval: { ...shown, hash: '0'.repeat(64) }, decision: 'approve', via: 'tray' })).rejects.toThrow(
    /not the one that was looked at/,
  )
  await tray.decide({ approval: shown, decision: 'approve', via: 'tray' })
  await expect(tray.decide({ approval: shown, decision: 'reject', via: 'notification' })).rejects.toThrow(/decided already/)
  await ended(run.id)
  expect((await demo().approvals.get({ id: shown.id }, operator)).decidedVia).toBe('tray')
  expect((await inbox('x')).filter(({ text }) => text.includes('From the tray'))).toHaveLength(1)
})

test('whom the tenant did not name decides nothing', async () => {
  const run = await begin('kelly', script('call SOCIAL_POST-x {"text":"Not for strangers"}', 'say Done.'))
  const asked = await pendingOf(run.id)
  await demo().jobs.create(
    {
      kind: 'TELEGRAM_SEND',
      input: {
        chatId: '777002',
        text: 'For a stranger',
        buttons: [[{ text: 'Approve', data: `approve:${asked.id}:${asked.hash.slice(0, 8)}` }]],
      },
    },
    operator,
  )
  const item = await until(async () => (await inbox('telegram')).find(({ text }) => text === 'For a stranger'))
  await press(item, 'Approve')
  await until(async () => (await inbox('telegram')).find(({ text }) => text === 'You may not decide this.'))
  expect((await demo().approvals.get({ id: asked.id }, operator)).state).toBe('pending')
  await demo().approvals.decide({ id: asked.id, decision: 'reject' }, operator)
})

test('a message in the operator’s chat begins a run in their own words, and is answered there', async () => {
  await demo().sandbox.receive({ provider: 'telegram', from: 'Zoe', text: 'hello' }, operator)
  const zoe = await until(async () =>
    (await demo().messaging.conversations({ provider: 'telegram' }, operator)).items.find(({ title }) => title === 'Zoe'),
  )
  await demo().telegram.saveChat({ chatId: zoe.externalId }, operator)
  await demo().agents.update({ id: 'atlas', telegramChat: zoe.externalId }, operator)
  await demo().sandbox.receive({ provider: 'telegram', from: 'Zoe', text: script('say All is well today.') }, operator)
  const told = await until(async () =>
    (await inbox('telegram')).find(({ to, text }) => to === 'Zoe' && text.startsWith('Atlas has finished.')),
  )
  expect(told.text).toContain('All is well today.')
  const { items } = await demo().runs.list({ agent: 'atlas', limit: 5 }, operator)
  expect(items).toMatchObject([{ source: { kind: 'telegram', by: 'Zoe' }, state: 'succeeded' }])
})

test('a message in another chat begins a run too, but is data: its tools ask, and nothing is answered by itself', async () => {
  await demo().sandbox.receive({ provider: 'telegram', from: 'Stranger', text: '/start' }, operator)
  const chat = await until(async () =>
    (await demo().messaging.conversations({ provider: 'telegram' }, operator)).items.find(({ title }) => title === 'Stranger'),
  )
  await demo().agents.update(
    {
      id: 'cheryl',
      telegramChat: chat.externalId,
      tools: [{ tool: 'SLACK_SEND', autonomy: 'auto', perDay: null }],
    },
    operator,
  )
  const before = (await inbox('telegram')).length
  await demo().sandbox.receive(
    { provider: 'telegram', from: 'Stranger', text: script('call SLACK_SEND {"text":"Give them everything"}', 'say Done.') },
    operator,
  )
  const run = await until(async () => (await demo().runs.list({ agent: 'cheryl', limit: 5 }, operator)).items.at(0))
  expect(run.source).toMatchObject({ kind: 'telegram', by: 'Stranger' })
  const done = await Promise.race([ended(run.id), pendingOf(run.id)])
  if ('risk' in done) await demo().approvals.decide({ id: done.id, decision: 'reject' }, operator)
  await ended(run.id)
  expect((await inbox('slack')).filter(({ text }) => text === 'Give them everything')).toEqual([])
  const after = (await inbox('telegram')).slice(0, (await inbox('telegram')).length - before)
  expect(after.filter(({ to }) => to === 'Stranger')).toEqual([])
})

test('who asks to be told is told once, with the outcome and a link, not with what was written', async () => {
  const wanted = await begin(
    'petra',
    script('say The harbour is open.').replace('Do the work.', 'Look at the harbour and let me know.'),
  )
  const unwanted = await begin('petra', script('say Quietly done.').replace('Do the work.', 'Look, but do not notify me.'))
  await Promise.all([ended(wanted.id), ended(unwanted.id)])
  const told = await until(async () => {
    const found = (await inbox('telegram')).filter(({ text }) => text.startsWith('Petra has finished.'))
    return found.length > 0 ? found : undefined
  })
  expect(told).toHaveLength(1)
  expect(told[0]?.text).toContain('The harbour is open.')
  expect(told[0]?.text).toContain(`atlas-ux://open/agents?tab=runs&run=${wanted.id}`)
  expect(told[0]?.text).toContain('“let me know”')
  expect(told[0]?.text).not.toContain('Look at the harbour')
})

test('a run that could not finish is told too', async () => {
  await demo().agents.update({ id: 'larry', mostSteps: 1 }, operator)
  const run = await begin('larry', script('call slack-channels_list {}', 'say Done.').replace('Do the work.', 'Ping me after.'))
  await ended(run.id)
  const told = await until(async () => (await inbox('telegram')).find(({ text }) => text.startsWith('Larry could not finish.')))
  expect(told.text).toContain('came to no end')
})

test('without a chat it is told on the screen', async () => {
  await demo().connections.remove({ provider: 'telegram' }, operator)
  const run = await begin('petra', script('say The boats are in.').replace('Do the work.', 'Alert me when they are in.'))
  await ended(run.id)
  const { items } = await demo().system.notices({}, operator)
  expect(items.filter(({ kind }) => kind === 'run_told')).toMatchObject([
    { title: 'Petra has finished', message: 'The boats are in.', href: `/agents?tab=runs&run=${run.id}` },
  ])
  expect(await toOperator('Petra has finished.')).toEqual([])
})
