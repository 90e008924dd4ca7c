/** A gateway on a real port over a fake engine, with real access, a clock moved by hand and what the log was told. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { type Access, createAccess } from '../engine/access/access.ts'
import { createAuditAppender } from '../engine/audit/append.ts'
import { openDatabase } from '../engine/database/open.ts'
import { createFakeEngine, type FakeEngine, tenantIds } from '../procedures/fake-engine.ts'
import { createRouter } from '../procedures/router.ts'
import { createGateway, type Gateway, type GatewayDeps } from './gateway.ts'

export const operatorToken = 'operator-token-of-tests'

export interface Answer {
  status: number
  headers: IncomingMessage['headers']
  text: string
}

export interface Order {
  method?: string
  /** Said exactly as given; a value of undefined takes a header away. */
  headers?: Record<string, string | undefined>
  body?: string
}

export interface GatewayWorld extends FakeEngine {
  url: string
  host: string
  access: Access
  gateway: Gateway
  /** What the gateway was made of. */
  parts: GatewayDeps
  clock: { now: number }
  logged: { level: string; fields: Record<string, unknown>; message: string }[]
  unexpected: unknown[]
  /** A request as the operator of acme, exactly as given: no header is added or mended. */
  send(path: string, order?: Order): Promise<Answer>
  /** Bytes on a bare connection, and all that came back until it closed. */
  sendBytes(text: string): Promise<string>
  /** Refusals in the installation's audit chain. */
  audited(): { action: string; actor: string; target: string; outcome: string }[]
  tokenFor(tenantId: string): Promise<{ id: string; secret: string }>
  close(): Promise<void>
}

/** The failure in the fixed shape. */
export function failureOf(answer: Answer): { kind: string; message: string; fields?: { path: string }[]; retryAfterMs?: number } {
  return (JSON.parse(answer.text) as { error: { kind: string; message: string } }).error
}

function ask(url: string, path: string, { method = 'GET', headers = {}, body }: Order): Promise<Answer> {
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { hostname, port, path, method, headers: Object.fromEntries(given), agent: false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const { statusCode = 0, headers: answered } = response
          resolve({ status: statusCode, headers: answered, text: Buffer.concat(chunks).toString('utf8') })
        })
        response.on('error', reject)
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => (answer += chunk))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

function createAccessWorld(clock: { now: number }) {
  const now = () => clock.now
  const database = openDatabase({ file: ':memory:' })
  for (const id of tenantIds) {
    database.sqlite.prepare('INSERT INTO tenants (id, name, demo, created_at) VALUES (?, ?, 0, ?)').run(id, id, clock.now)
  }
  const access = createAccess({ database, audit: createAuditAppender(database, now), now, operatorToken })
  return { database, access }
}

/** Opens a world; `staticDir` holds the screens. */
export async function openGatewayWorld({ staticDir = '/nowhere' }: { staticDir?: string } = {}): Promise<GatewayWorld> {
  const clock = { now: Date.now() }
  const { database, access } = createAccessWorld(clock)
  const fake = createFakeEngine()
  const logged: GatewayWorld['logged'] = []
  const unexpected: unknown[] = []
  const router = createRouter({
    engine: fake.engine,
    onUnexpected: (error) => unexpected.push(error),
    onForeignTenant: access.noteForeignTenant,
  })
  const say = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void logged.push({ level, fields, message })
  const parts: GatewayDeps = {
    engine: fake.engine,
    router,
    access,
    staticDir,
    log: { warn: say('warn'), error: say('error') },
    now: () => clock.now,
    port: 0,
    version: '1.2.3',
  }
  const gateway = createGateway(parts)
  const { url, port } = await gateway.start()
  const events = database.sqlite.prepare(
    `SELECT action, actor_kind || ' ' || actor_id AS actor, target_kind || ' ' || target_id AS target, outcome FROM audit_events WHERE chain = 'system' ORDER BY seq`,
  )
  const asOperator = { authorization: `Bearer ${operatorToken}`, 'x-tenant-id': 'acme' }

  return {
    ...fake,
    url,
    host: new URL(url).host,
    access,
    gateway,
    parts,
    clock,
    logged,
    unexpected,
    send: (path, { headers, body, ...order } = {}) => {
      const length =
        body === undefined ? {} : { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}` }
      const carried = body === undefined ? {} : { body }
      return ask(url, path, { ...order, ...carried, headers: { ...asOperator, ...length, ...headers } })
    },
    sendBytes: (text) => exchange(port, text),
    audited: () => events.all() as ReturnType<GatewayWorld['audited']>,
    async tokenFor(tenantId) {
      const { token, secret } = await access.tokens.create({ name: 'script', tenantId }, { kind: 'operator', id: 'test' })
      return { id: token.id, secret }
    },
    async close() {
      await gateway.stop()
      database.close()
    },
  }
}
