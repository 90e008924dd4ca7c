/** The port on loopback under siege: a flood without authority, requests no honest client writes, clients that never end. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServe, startServe } from '../running-serve.ts'
import { refusedRequests } from './raw-door.ts'
import { nightly, report, scaled } from './scale.ts'

let serve: RunningServe
let port = 0
beforeAll(async () => {
  serve = await startServe()
  port = Number(new URL(serve.url).port)
})
afterAll(() => serve.stop())

const residentMb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${serve.pid}/status`, 'utf8'))?.[1]) / 1_024
const refusalLines = () => serve.output().split('requests were refused before').length - 1

interface Flooded {
  sent: number
  answered: number
  seconds: number
  statuses: Record<string, number>
}

async function flood(seconds: number, token?: string): Promise<Flooded> {
  const program = join(import.meta.dirname, 'flood-program.ts')
  const args = [program, '--port', String(port), '--seconds', String(seconds), '--rate', '10250']
  const child = spawn(process.execPath, token === undefined ? args : [...args, '--token', token], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(await text(child.stdout)) as Flooded
}

/** How long the operator waits for answers until the work is done, in milliseconds. */
async function waitsDuring(work: Promise<unknown>): Promise<number[]> {
  const waits: number[] = []
  let over = false
  void work.finally(() => {
    over = true
  })
  while (!over) {
    const startedAt = performance.now()
    const { status } = await serve.ask('GET', '/v1/jobs?limit=1')
    expect(status).toBe(200)
    waits.push(performance.now() - startedAt)
    // Slower than the operator's own limit of requests.
    await new Promise((resolve) => setTimeout(resolve, 110))
  }
  return waits.sort((a, b) => a - b)
}

const share = (sorted: readonly number[], part: number) =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? 0

const served = ({ statuses }: Flooded) => Object.entries(statuses).filter(([status]) => status.startsWith('2'))

test('a flood without authority is refused, and whoever may ask is answered meanwhile', async () => {
  // What grows by the first requests alone is no growth of the flood.
  await flood(scaled(2, 10))
  const [memory, lines] = [residentMb(), refusalLines()]
  const flooding = flood(scaled(3, 60))
  const waits = await waitsDuring(flooding)
  const flooded = await flooding
  const [grown, told] = [residentMb() - memory, refusalLines() - lines]
  const perSecond = Math.round(flooded.answered / flooded.seconds)
  report(
    `flood: ${flooded.answered} requests without authority refused in ${Math.round(flooded.seconds)} s (${perSecond}/s), ${served(flooded).length} answered 2xx, memory ${grown >= 0 ? '+' : ''}${grown.toFixed(0)} MB, ${told} lines of log, the operator's p99 meanwhile ${share(waits, 0.99).toFixed(0)} ms`,
  )
  expect(Object.keys(flooded.statuses)).toEqual(['401'])
  expect(flooded.answered).toBeGreaterThan(1_000)
  expect(grown).toBeLessThan(scaled(100, 50))
  expect(told).toBeLessThanOrEqual(flooded.seconds + 2)
  if (nightly) {
    expect(perSecond).toBeGreaterThanOrEqual(10_000)
    expect(share(waits, 0.99)).toBeLessThan(250)
  }
})

test('a flood with authority would be seen: it is answered, until its own limit stops it', async () => {
  const { body } = await serve.ask('POST', '/v1/tokens', { name: 'flood', tenantId: 'demo' })
  const flooded = await flood(1, (body as { secret: string }).secret)
  expect(served(flooded)).not.toEqual([])
  expect(flooded.statuses['429']).toBeGreaterThan(0)
})

/** Everything that comes back on a bare connection until it closes; the connection is left after a while. */
function exchange(bytes: string, mostMs = 8_000): Promise<{ answer: string; closed: boolean }> {
  return new Promise((resolve) => {
    let answer = ''
    let closed = true
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')))
    const timer = setTimeout(() => {
      closed = false
      socket.destroy()
    }, mostMs)
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(timer)
      resolve({ answer, closed })
    })
  })
}

function faultOf({ answer, closed }: { answer: string; closed: boolean }): string | undefined {
  const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status ?? '')
  if (statuses.some((status) => /^([12]|5(?!05))/.test(status))) return `was answered ${statuses.join(', ')}`
  if (statuses.length > 1) return `was taken for ${statuses.length} requests`
  if (/"(items|id|status)":/.test(answer)) return 'was told something'
  return closed ? undefined : 'was left open'
}

test('an answer to a request that should be refused would be seen', async () => {
  const head = `Host: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`
  expect(faultOf(await exchange(`GET /v1/health HTTP/1.1\r\n${head}`))).toContain('was answered 200')
  expect(faultOf({ answer: 'HTTP/1.1 400 Bad\r\n\r\nHTTP/1.1 404 No\r\n\r\n', closed: true })).toBe('was taken for 2 requests')
  expect(faultOf({ answer: '', closed: false })).toBe('was left open')
})

test('requests under other names, of other pages and with another request inside are refused', async () => {
  const all = refusedRequests(port, serve.token)
  const wrong: string[] = []
  for (let at = 0; at < all.length; at += 40) {
    const some = await Promise.all(
      all.slice(at, at + 40).map(async ({ what, bytes }) => {
        const fault = faultOf(await exchange(bytes))
        return fault === undefined ? [] : [`${what}: ${fault}`]
      }),
    )
    wrong.push(...some.flat())
  }
  report(`door: ${all.length} requests that no honest client writes, ${wrong.length} served`)
  expect(all.length).toBeGreaterThanOrEqual(300)
  expect(wrong).toEqual([])
})

test('clients that never end are put out, and whoever may ask is answered meanwhile', async () => {
  const host = `Host: 127.0.0.1:${port}`
  const beginnings = [
    '',
    'GET /v1/health HTT',
    `GET /v1/health HTTP/1.1\r\n${host}\r\nX-A: `,
    `POST /session HTTP/1.1\r\n${host}\r\nX-Atlas: 1\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{`,
  ]
  const sockets: Socket[] = []
  const count = scaled(100, 500)
  const gone = Array.from({ length: count }, (_, at) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(beginnings[at % beginnings.length] ?? ''))
    sockets.push(socket)
    // One byte now and then, as the slow ones do.
    const drip = setInterval(() => socket.writable && at % beginnings.length > 1 && socket.write('a'), 1_000)
    socket.on('error', () => socket.destroy()).resume()
    return new Promise<void>((resolve) =>
      socket.on('close', () => {
        clearInterval(drip)
        resolve()
      }),
    )
  })
  const heads = gone.filter((_, at) => at % beginnings.length !== 3)
  const waits = await waitsDuring(Promise.all(nightly ? gone : heads))
  for (const socket of sockets) socket.destroy()
  report(`slow clients: ${count} that never end, the operator's p99 meanwhile ${share(waits, 0.99).toFixed(0)} ms`)
  if (nightly) expect(share(waits, 0.99)).toBeLessThan(250)
})
