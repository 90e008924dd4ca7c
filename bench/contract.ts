/** A question over each carrier of the contract, with every check, beside bare oRPC; and announcements by the hundred thousand. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { SmartCoercionPlugin } from '@orpc/json-schema'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { implement } from '@orpc/server'
import { RPCHandler as PortHandler } from '@orpc/server/message-port'
import { RPCHandler as SocketHandler } from '@orpc/server/ws'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { Pool } from 'undici'
import { WebSocket, WebSocketServer } from 'ws'
import { createAnnouncements } from '../electron/engine/announcements.ts'
import { createGateway } from '../electron/gateway/gateway.ts'
import { serveMessagePort } from '../electron/procedures/port.ts'
import { type Contract, contract } from '../shared/contract/contract.ts'
import { operatorToken, type RunningApp, runApp } from '../test/app/running-app.ts'
import { atMost, type Figure, interleave, percentile, type Reading, type Side, timed, within } from './measure.ts'

const rounds = 7
const perRound = 2_000
const atOnce = 16
const area = 'Contract'
const operator = { kind: 'operator', id: 'bench' } as const
const tenant = { 'x-tenant-id': 'demo', authorization: `Bearer ${operatorToken}` }
const sameWork = 'both sides ask the engine for the same page of ten jobs, through the same schemas'

type Client = Pick<ContractRouterClient<Contract>, 'jobs'>

/** One way to ask, opened for a round and closed after it. */
interface Carrier {
  ask(): Promise<unknown>
  close(): Promise<void> | void
}

function sideOf(name: string, open: () => Promise<Carrier> | Carrier): Side {
  return {
    name,
    unit: 'µs',
    async round() {
      const { ask, close } = await open()
      let left = perRound
      const asker = async () => {
        for (; left > 0; left -= 1) await ask()
      }
      await ask()
      const { ms, cpuMs } = await timed(() => Promise.all(Array.from({ length: atOnce }, asker)))
      await close()
      return { value: (ms / perRound) * 1_000, cpuMs }
    },
  }
}

/** The one procedure that is asked, on oRPC alone: the contract's own schemas, the engine's own function, and nothing between. */
function bareRouter({ app }: RunningApp) {
  const { jobs } = app.engine.forTenant('demo')
  const { list } = implement(contract).jobs
  return { jobs: { list: list.handler(({ input }) => jobs.list(input as never, operator) as never) } }
}

const asked = (client: Client) => () => client.jobs.list({ limit: 10 })

function overPort(serve: (port: Parameters<typeof serveMessagePort>[0]) => void): Carrier {
  const { port1, port2 } = new MessageChannel()
  serve(port1 as never)
  port1.start()
  port2.start()
  const client = createORPCClient(new PortLink({ port: port2, headers: () => tenant })) as Client
  return { ask: asked(client), close: () => port1.close() }
}

async function overSocket(url: string): Promise<Carrier> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/rpc`, { headers: tenant })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const client = createORPCClient(new SocketLink({ websocket: socket as never, headers: () => tenant })) as Client
  return { ask: asked(client), close: () => socket.close() }
}

function overRest(url: string): Carrier {
  const pool = new Pool(url, { connections: atOnce })
  const ask = async () => {
    const { statusCode, body } = await pool.request({ path: '/v1/jobs?limit=10', method: 'GET', headers: tenant })
    const answer = await body.json()
    if (statusCode !== 200) throw new Error(`answered ${statusCode}: ${JSON.stringify(answer)}`)
  }
  return { ask, close: () => pool.close() }
}

/** The product's gateway. Requests are counted as always, by a clock so fast that no limit is met. */
async function startOurs({ app, dataDir }: RunningApp) {
  const { engine, router, access, foundation } = app
  const now = () => Math.round(performance.now() * 10_000)
  const gateway = createGateway({ engine, router, access, staticDir: dataDir, log: foundation.log, now, port: 0, version: '0' })
  return { ...(await gateway.start()), stop: () => gateway.stop() }
}

/** oRPC's own handlers for HTTP and WebSocket on a plain server. */
async function startBare(running: RunningApp) {
  // Without it no query could hold a number.
  const coercion = new SmartCoercionPlugin({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const rest = new OpenAPIHandler(bareRouter(running), { plugins: [coercion] })
  const rpc = new SocketHandler(bareRouter(running))
  const server = createServer((request, response) => void rest.handle(request, response, { prefix: '/v1' }))
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => void rpc.upgrade(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, stop: () => server.close() }
}

async function compare(carrier: string, ours: Side['round'], bare: Side['round']): Promise<Figure> {
  const [left, right] = (await interleave(rounds, [
    { name: 'Atlas UX', unit: 'µs', round: ours },
    { name: 'bare oRPC', unit: 'µs', round: bare },
  ])) as [Reading, Reading]
  const title = `A question over ${carrier}, ${atOnce} at once; CPU of ${perRound.toLocaleString('en')}, the asking included`
  return { area, title, ours: left, beside: [right], bars: [atMost(1.5, left, right)], rounds, note: sameWork }
}

async function questions(running: RunningApp): Promise<Figure[]> {
  const [ours, bare] = [await startOurs(running), await startBare(running)]
  const { router } = running.app
  const bareProcedures = new PortHandler(bareRouter(running))
  const port = {
    ours: () => overPort((end) => serveMessagePort(end, router, { actor: operator })),
    bare: () => overPort((end) => bareProcedures.upgrade(end)),
  }
  try {
    return [
      await compare('a message port', sideOf('', port.ours).round, sideOf('', port.bare).round),
      await compare('a WebSocket', sideOf('', () => overSocket(ours.url)).round, sideOf('', () => overSocket(bare.url)).round),
      await compare('REST', sideOf('', () => overRest(ours.url)).round, sideOf('', () => overRest(bare.url)).round),
    ]
  } finally {
    await ours.stop()
    bare.stop()
  }
}

const ids = Array.from({ length: 1_000 }, (_, at) => `job-${at}`)
/** A little more than is asked for: a timer is never early. */
const perSlice = 1_020
const slices = 300
const sliceMs = 10

/** 100,000 a second for three seconds; whoever listens must have been told of each id after its last change. */
async function announcements(): Promise<Figure> {
  const { announce, listen } = createAnnouncements()
  const changedAt = new Map<string, number>()
  const toldAt = new Map<string, number>()
  let [told, step] = [0, 0]
  const stop = listen((news) => {
    told += 1
    for (const id of news.ids.length === 0 ? ids : news.ids) toldAt.set(id, step)
  })
  const lates: number[] = []
  const begunAt = performance.now()
  for (let slice = 0; slice < slices; slice += 1) {
    for (let at = 0; at < perSlice; at += 1) {
      const id = ids[(slice * 7 + at * 13) % ids.length] ?? ''
      step += 1
      announce('job.changed', 'demo', id)
      changedAt.set(id, step)
    }
    const due = begunAt + (slice + 1) * sliceMs
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    lates.push(performance.now() - due)
  }
  const perSecond = step / ((performance.now() - begunAt) / 1_000)
  await new Promise((resolve) => setTimeout(resolve, 250))
  stop()
  const lost = [...changedAt].filter(([id, at]) => (toldAt.get(id) ?? -1) < at).length
  const rate: Reading = { name: 'announced', value: perSecond, unit: 'per second' }
  const dropped: Reading = { name: 'last states dropped', value: lost, unit: 'rows' }
  const messages: Reading = { name: 'messages told', value: told, unit: 'rows' }
  const late: Reading = { name: 'p99 of the event loop’s lateness', value: percentile(lates, 0.99), unit: 'ms' }
  const bars = [within(rate, { least: 100_000 }), within(dropped, { most: 0 })]
  const title = 'Announcements of a thousand jobs, coalesced'
  return { area, title, ours: rate, beside: [dropped, messages, late], bars, rounds: 1 }
}

export async function measureContract(): Promise<Figure[]> {
  const running = await runApp({ ATLAS_LOG: 'error' })
  try {
    return [...(await questions(running)), await announcements()]
  } finally {
    await running.stop()
  }
}
