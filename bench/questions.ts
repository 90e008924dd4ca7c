/** What screens ask all the time, beside a million jobs: the answer's cost, and how long nobody else gets a turn. */
import { type RunningApp, runApp } from '../test/app/running-app.ts'
import { fill, million } from './fill.ts'
import { atMost, type Figure, interleave, lateness, type Reading, type Side, timed, within } from './measure.ts'

const rounds = 7
const perRound = 20
const operator = { kind: 'operator', id: 'bench' } as const
const input = { chatId: '1', text: 'x'.repeat(460) }

type Asked = ReturnType<RunningApp['app']['engine']['forTenant']>

const questions: Readonly<Record<string, (asked: Asked) => Promise<unknown>>> = {
  'The status bar: counts of jobs, and every connection': async ({ jobs, connections }) => {
    await jobs.stats({}, operator)
    await connections.list({}, operator)
  },
  'A page of a hundred jobs': ({ jobs }) => jobs.list({ limit: 100 }, operator),
  'How many jobs an agent has': ({ jobs }) => jobs.count({ agent: 'cheryl' }, operator),
}

function sideOf(name: string, { app }: RunningApp, question: (asked: Asked) => Promise<unknown>): Side {
  const asked = app.engine.forTenant('demo')
  return {
    name,
    unit: 'ms',
    async round() {
      const { ms, cpuMs } = await timed(async () => {
        for (let at = 0; at < perRound; at += 1) await question(asked)
      })
      return { value: ms / perRound, cpuMs: cpuMs / perRound }
    },
  }
}

async function compare(
  title: string,
  [small, finished, waiting]: readonly [RunningApp, RunningApp, RunningApp],
): Promise<Figure> {
  const question = questions[title] as (asked: Asked) => Promise<unknown>
  const [ours, ...beside] = (await interleave(rounds, [
    sideOf('beside a thousand jobs', small, question),
    sideOf('beside a million finished and 50,000 failed jobs', finished, question),
    sideOf('beside a million jobs due tomorrow', waiting, question),
  ])) as [Reading, Reading, Reading]
  return { area: 'Questions', title, ours, beside, bars: beside.map((reading) => atMost(2, reading, ours)), rounds }
}

async function search({ app }: RunningApp): Promise<Figure> {
  const { jobs } = app.engine.forTenant('demo')
  const look = () => jobs.list({ limit: 100, text: 'nowhere' }, operator)
  const [took, late] = (await interleave(rounds, [
    { name: 'looked for, in steps', unit: 'ms', round: async () => ({ value: (await timed(look)).ms }) },
    { name: 'the event loop at its latest meanwhile', unit: 'ms', round: async () => ({ value: await lateness(look) }) },
  ])) as [Reading, Reading]
  const title = 'A word that no job has, looked for in a million'
  return { area: 'Questions', title, ours: took, beside: [late], bars: [within(late, { most: 25 })], rounds }
}

export async function measureQuestions(): Promise<Figure[]> {
  const apps = [await runApp(), await runApp(), await runApp()] as const
  const [small, finished, waiting] = apps
  try {
    const tenant = `'demo'`
    fill(small.app.foundation.database.sqlite, { state: 'succeeded', count: 1_000, tenant, input })
    fill(finished.app.foundation.database.sqlite, { state: 'succeeded', count: million, tenant, input })
    fill(finished.app.foundation.database.sqlite, { state: 'failed', count: 50_000, tenant, input })
    fill(waiting.app.foundation.database.sqlite, { state: 'queued', count: million, tenant, input })
    const figures: Figure[] = []
    for (const title of Object.keys(questions)) figures.push(await compare(title, apps))
    return [...figures, await search(finished)]
  } finally {
    for (const app of apps) await app.stop()
  }
}
