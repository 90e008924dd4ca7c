/** kill -9 at every step of agents' runs: no run is lost, and nothing that they do outside happens twice. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Run, RunStep } from '#shared/contract/agents'
import { openRpc, type RpcClient } from '../running-rpc.ts'
import { type RunningSandbox, startSandbox } from '../running-sandbox.ts'
import { type RunningServe, startServe } from '../running-serve.ts'
import { report, scaled, until } from './scale.ts'

let folder = ''
let sandbox: RunningSandbox
let serve: RunningServe | undefined

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-runs-'))
  sandbox = await startSandbox(join(folder, 'ledger.db'))
})

afterAll(async () => {
  await serve?.kill()
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function start(): Promise<RunningServe> {
  serve = await startServe({ dataDir: join(folder, 'data') })
  return serve
}

async function setUp(client: RpcClient): Promise<void> {
  for (const provider of ['telegram', 'slack']) {
    const { settings } = await client.connections.get({ provider })
    await client.connections.put({ provider, settings: { ...settings, endpoint: `${sandbox.url}/${provider}` } })
  }
  const tools = ['SLACK_SEND', 'TELEGRAM_SEND', 'slack/channels.list'].map((tool) => ({
    tool,
    autonomy: 'auto' as const,
    perDay: null,
  }))
  await client.agents.update({ id: 'petra', tools, askAfterOutside: false, runsPerDay: null, dailyBudgetMicroDollars: null })
}

/** Six answers of a model and six uses of tools, two of them in one answer: twelve steps and the end. */
const instruction = (mark: string) =>
  [
    'Tell everybody.',
    'script:',
    'call slack-channels_list {}',
    `call SLACK_SEND {"channel":"#general","text":"${mark}-1 first"}`,
    `think slowly now then call SLACK_SEND {"channel":"#agents","text":"${mark}-2 second"} && call TELEGRAM_SEND {"chatId":"700001","text":"${mark}-3 third"}`,
    `call TELEGRAM_SEND {"chatId":"700002","text":"${mark}-4 fourth"}`,
    `call SLACK_SEND {"channel":"#general","text":"${mark}-5 fifth"}`,
    'say slowly All were told.',
  ].join('\n')
const stepsOfOne = 12

const stepsOf = async (client: RpcClient, id: string): Promise<RunStep[]> => (await client.runs.steps({ id, limit: 100 })).items

/** Until a step is there, begun (even kills) or ended (odd ones); a run that was faster is none to kill. */
function reached(steps: readonly RunStep[], number: number, ended: boolean): boolean {
  const step = steps.find((each) => each.number === number)
  return step !== undefined && (!ended || step.endedAt !== null)
}

async function killAt(kill: { number: number; ended: boolean; mark: string }): Promise<string> {
  const running = await start()
  const { client, close } = await openRpc(running)
  const { id } = await client.agents.run({ id: 'petra', instruction: instruction(kill.mark) })
  await until(`step ${kill.number}`, async () => (reached(await stepsOf(client, id), kill.number, kill.ended) ? true : undefined))
  await running.kill()
  close()
  return id
}

function arrivals(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) {
    const mark = /run-\d+-[eb]-\d/.exec(text)?.[0]
    if (mark) counts.set(mark, (counts.get(mark) ?? 0) + 1)
  }
  return counts
}

test('runs that are killed at every step go on from there, and repeat nothing', async () => {
  const first = await start()
  const opened = await openRpc(first)
  await setUp(opened.client)
  await first.kill()
  opened.close()
  serve = undefined

  const ids: string[] = []
  for (let number = 1; number <= stepsOfOne; number += 1) {
    for (const ended of [false, true]) ids.push(await killAt({ number, ended, mark: `run-${number}-${ended ? 'e' : 'b'}` }))
  }

  const running = await start()
  const { client, close } = await openRpc(running)
  const runs = await until(
    'every run to end',
    async () => {
      const all = await Promise.all(ids.map((id) => client.runs.get({ id })))
      return all.every(({ state }: Run) => ['succeeded', 'failed', 'cancelled'].includes(state)) ? all : undefined
    },
    scaled(120_000, 600_000),
  )
  const steps = (await Promise.all(ids.map((id) => stepsOf(client, id)))).flat()
  const counts = arrivals((await sandbox.inbox()).map(({ text }) => text))
  const unknown = steps.filter(({ job }) => job?.state === 'unknown').length
  const lost = steps.filter(({ state }) => state === 'lost').length
  report(
    `runs: ${ids.length} runs, each killed at another step; ${counts.size} of ${ids.length * 5} messages arrived, ${unknown} of unknown outcome, ${lost} answers of models asked again`,
  )
  expect(runs.map(({ state, failure }) => ({ state, failure }))).toEqual(runs.map(() => ({ state: 'succeeded', failure: null })))
  expect([...counts].filter(([, count]) => count > 1)).toEqual([])
  expect(counts.size + unknown).toBeGreaterThanOrEqual(ids.length * 5)
  // Kills that hit no model in the middle of an answer would prove nothing of going on.
  expect(lost).toBeGreaterThan(0)
  expect(await client.audit.verify()).toMatchObject({ ok: true })
  close()
  expect(await running.stop()).toBe(0)
  serve = undefined
})
