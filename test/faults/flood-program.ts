/** Asks a port without any authority, as fast as it is told, over kept connections with requests in a row; tells what came back. */
import { connect } from 'node:net'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { port: { type: 'string' }, seconds: { type: 'string' }, rate: { type: 'string' }, token: { type: 'string' } },
})
const [port, seconds, rate] = [Number(values.port), Number(values.seconds), Number(values.rate)]
const connections = 50
const inARow = 10
const authority = values.token === undefined ? '' : `Authorization: Bearer ${values.token}\r\nX-Tenant-Id: demo\r\n`
const request = `GET /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${authority}\r\n`.repeat(inARow)

const statuses = new Map<string, number>()
let sent = 0
let answered = 0
const startedAt = performance.now()
const elapsed = () => (performance.now() - startedAt) / 1_000
let left = connections

function open(): void {
  let waiting = 0
  let tail = ''
  const socket = connect(port, '127.0.0.1', () => ask())

  function ask(): void {
    if (elapsed() >= seconds) return void socket.end()
    if (sent > rate * elapsed()) return void setTimeout(ask, 5)
    sent += inARow
    waiting = inARow
    socket.write(request)
  }

  socket.on('data', (chunk) => {
    const text = tail + chunk.toString('latin1')
    const heads = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)]
    for (const [, status = ''] of heads) statuses.set(status, (statuses.get(status) ?? 0) + 1)
    // A head that is cut in two is looked for again with the next piece.
    const cut = /(?:H|HT|HTT|HTTP|HTTP\/|HTTP\/1|HTTP\/1\.|HTTP\/1\.1|HTTP\/1\.1 \d{0,3})$/.exec(text)
    tail = cut?.[0] ?? ''
    answered += heads.length
    waiting -= heads.length
    if (waiting <= 0) ask()
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    if (elapsed() < seconds) return open()
    left -= 1
    if (left === 0)
      process.stdout.write(JSON.stringify({ sent, answered, seconds: elapsed(), statuses: Object.fromEntries(statuses) }))
  })
}

for (let at = 0; at < connections; at += 1) open()
