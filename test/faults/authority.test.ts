/** Every procedure by everybody who may not: nobody, a wrong or ended authority, another tenant's; none is served, none learns a thing. */
import { ORPCError } from '@orpc/client'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Failure } from '#shared/failure'
import type { Actor } from '../../electron/engine/engine.ts'
import { type RunningApp, runApp } from '../app/running-app.ts'
import { openRpc } from '../running-rpc.ts'
import { inputsOf } from './hostile.ts'
import { type Procedure, procedures } from './procedures.ts'
import { report, scaled, seed } from './scale.ts'

/** Told to everybody on this machine, for whoever watches over it; holds nothing of a tenant. */
const openToAll = new Set(['GET /health'])
/** What a token of one tenant may ask of the installation, for itself. */
const openToTenants = new Set(['system.health', 'system.about', 'system.vault', 'providers.list', 'tenants.list', 'system.news'])

const operator: Actor = { kind: 'operator', id: 'test' }
/** Lies in the tenant that nobody here may see: in its name, in a job, in its settings. */
const marker = `marker${seed}`
const day = 86_400_000

let running: RunningApp
let later = 0
let theirs = ''
let ours = ''
const counts = { rest: 0, rpc: 0 }

async function tokenFor(tenantId: string, agent?: string): Promise<{ id: string; secret: string }> {
  const { tokens } = running.app.engine.installation
  const { token, secret } = await tokens.create({ name: 'authority', tenantId, ...(agent ? { agent } : {}) } as never, operator)
  return { id: token.id, secret }
}

beforeAll(async () => {
  running = await runApp({}, { now: () => Date.now() + later })
  const { tenants } = running.app.engine.installation
  theirs = (await tenants.create({ name: `Theirs ${marker}` }, operator)).id
  ours = (await tenants.create({ name: 'Ours' }, operator)).id
  const order = {
    kind: 'EMAIL_SEND',
    input: { to: 'a@example.com', subject: marker, text: marker },
    runAt: '2100-01-01T00:00:00Z',
  }
  await running.app.engine.forTenant(theirs).jobs.create(order as never, operator)
})

afterAll(async () => {
  await running.stop()
  report(
    `authority: seed ${seed}, ${procedures.length} procedures: ${counts.rest} REST and ${counts.rpc} RPC calls without the right authority, 0 served`,
  )
})

const each = scaled(1, 25)
const inputs = ({ schema }: Procedure) => fc.sample(inputsOf(schema).fitting, { seed, numRuns: each })
const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const written = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed()

async function sendRest({ method, path }: Procedure, input: unknown, headers: Record<string, string>) {
  const rest = isFields(input) ? { ...input } : {}
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name]
    delete rest[name]
    return encodeURIComponent(written(value ?? 'none').slice(0, 500)) || 'none'
  })
  const reads = method === 'GET'
  const query = reads
    ? `?${new URLSearchParams(Object.entries(rest).map(([name, value]): [string, string] => [name.toWellFormed(), written(value ?? '')]))}`
    : ''
  counts.rest += 1
  const response = await fetch(`${running.url}/v1${filled}${query.slice(0, 4_000)}`, {
    method,
    headers: { ...headers, ...(reads ? {} : { 'content-type': 'application/json' }) },
    ...(reads ? {} : { body: JSON.stringify(input) ?? '{}' }),
  })
  return { status: response.status, text: await response.text() }
}

/** What is wrong with an answer to somebody who may not ask; undefined when it is refused and tells nothing. */
function faultOf({ status, text }: { status: number; text: string }, allowed: readonly number[]): string | undefined {
  if (text.includes(marker)) return `told another's data: ${text.slice(0, 200)}`
  // An answer that flows is refused in its first piece.
  if (status === 200 && /^event: error\ndata: .*"status":403/m.test(text) && !text.includes('event: message')) return undefined
  if (!allowed.includes(status)) return `answered ${status}: ${text.slice(0, 200)}`
  if (status === 200) return undefined
  const failure = Failure.safeParse((JSON.parse(text) as { error?: unknown }).error)
  return failure.success ? undefined : `is no failure of ours: ${text.slice(0, 200)}`
}

type Headers = Record<string, string>

/** Those who are nobody here, each with why. */
const nobodies: Readonly<Record<string, () => Promise<Headers>>> = {
  nobody: async () => ({}),
  'a wrong token': async () => ({ authorization: 'Bearer atlas_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }),
  'a token with one letter changed': async () => {
    const { secret } = await tokenFor(theirs)
    return { authorization: `Bearer ${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}` }
  },
  'an empty token': async () => ({ authorization: 'Bearer ' }),
  'another scheme': async () => ({ authorization: `Basic ${Buffer.from('operator:operator').toString('base64')}` }),
  'a token in the query of nothing': async () => ({ cookie: `atlas_session=${(await tokenFor(theirs)).secret}` }),
  'a token that was removed': async () => {
    const { id, secret } = await tokenFor(theirs)
    await running.app.engine.installation.tokens.remove({ id }, operator)
    return { authorization: `Bearer ${secret}` }
  },
  'a token of a tenant that was removed': async () => {
    const { id } = await running.app.engine.installation.tenants.create({ name: 'Gone' }, operator)
    const { secret } = await tokenFor(id)
    await running.app.engine.installation.tenants.remove({ tenantId: id } as never, operator)
    return { authorization: `Bearer ${secret}` }
  },
  'a session that was closed': async () => {
    const { access } = running.app
    const secret = (await access.signIn(await access.issueSignInCode())) ?? ''
    await access.signOut(secret)
    return { cookie: `atlas_session=${secret}`, 'x-atlas': '1' }
  },
  'a session that ended': async () => {
    const { access } = running.app
    later = -40 * day
    const secret = (await access.signIn(await access.issueSignInCode())) ?? ''
    later = 0
    return { cookie: `atlas_session=${secret}`, 'x-atlas': '1' }
  },
}

test.each(Object.keys(nobodies))('%s is served by no procedure over REST and opens no socket', async (who) => {
  const headers = { ...(await nobodies[who]?.()), 'x-tenant-id': theirs }
  const wrong: string[] = []
  for (const procedure of procedures) {
    if (openToAll.has(`${procedure.method} ${procedure.path}`)) continue
    for (const input of inputs(procedure)) {
      const fault = faultOf(await sendRest(procedure, input, headers), [401])
      if (fault) wrong.push(`${procedure.area}.${procedure.name} ${fault}`)
    }
  }
  expect(wrong).toEqual([])
  const socket = new WebSocket(`${running.url.replace('http', 'ws')}/rpc`, { headers: { ...headers, origin: running.url } })
  const told = await new Promise((resolve) => {
    socket.once('open', () => resolve('open'))
    socket.once('error', (error) => resolve(error.message))
  })
  socket.terminate()
  expect(told).toContain('401')
})

/** A fresh token now and then, for one is held to 600 requests a minute. */
async function freshToken(tenantId: string, agent?: string): Promise<() => Promise<Headers>> {
  let used = 0
  let headers: Headers = {}
  return async () => {
    if (used % 100 === 0) headers = { authorization: `Bearer ${(await tokenFor(tenantId, agent)).secret}` }
    used += 1
    return headers
  }
}

const kindOf = (error: unknown) => (error instanceof ORPCError ? Failure.safeParse(error.data).data?.kind : String(error))

/** An answer that flows is refused when it is read. */
async function refusalOf(answer: unknown): Promise<string | undefined> {
  if (typeof answer !== 'object' || answer === null || !('next' in answer)) return `was answered ${JSON.stringify(answer)}`
  return (answer as AsyncIterator<unknown>).next().then((piece) => `was answered ${JSON.stringify(piece)}`, kindOf)
}

describe('a token of another tenant', () => {
  test('is served by no procedure over REST', async () => {
    const token = await freshToken(ours)
    const wrong: string[] = []
    const refused = new Set<Procedure>()
    for (const procedure of procedures.filter(({ name }) => name !== 'news')) {
      const own = openToTenants.has(`${procedure.area}.${procedure.name}`)
      for (const input of inputs(procedure)) {
        const answer = await sendRest(procedure, input, { ...(await token()), 'x-tenant-id': theirs })
        const fault = faultOf(answer, own ? [200, 403] : [400, 403])
        if (answer.status === 403) refused.add(procedure)
        if (fault) wrong.push(`${procedure.area}.${procedure.name} ${fault}`)
      }
    }
    expect(wrong).toEqual([])
    // What does not fit is refused for that, before it matters whose it is; most of it fits.
    expect(refused.size).toBeGreaterThan(procedures.length * 0.7)
  })

  test('is served by no procedure over the socket', async () => {
    const wrong: string[] = []
    for (const { area, name, schema } of procedures) {
      if (openToTenants.has(`${area}.${name}`)) continue
      const { secret } = await tokenFor(ours)
      const { client, close } = await openRpc({ url: running.url, token: secret }, theirs)
      const call = (client as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>)[area]?.[name]
      for (const input of fc.sample(inputsOf(schema).fitting, { seed, numRuns: each })) {
        counts.rpc += 1
        const told = await call?.(input).then(async (answer) => refusalOf(answer), kindOf)
        if (told !== 'forbidden' && told !== 'invalid') wrong.push(`${area}.${name} ${told}`)
      }
      close()
    }
    expect(wrong).toEqual([])
  })

  test('without naming a tenant it sees its own alone', async () => {
    const token = await freshToken(ours)
    const wrong: string[] = []
    for (const procedure of procedures.filter(({ method, name }) => method === 'GET' && name !== 'news')) {
      for (const input of inputs(procedure)) {
        const { text } = await sendRest(procedure, input, await token())
        if (text.includes(marker)) wrong.push(`${procedure.area}.${procedure.name}`)
      }
    }
    expect(wrong).toEqual([])
  })
})

test('a token of a webhook is served by no procedure but the one that hands it events', async () => {
  const agents = await running.app.engine.forTenant(theirs).agents.list({} as never, operator)
  const agent = (agents as { items: { id: string }[] }).items[0]?.id ?? ''
  const token = await freshToken(theirs, agent)
  const wrong: string[] = []
  for (const procedure of procedures) {
    if (openToAll.has(`${procedure.method} ${procedure.path}`) || procedure.path.endsWith('/events')) continue
    for (const input of inputs(procedure)) {
      const fault = faultOf(await sendRest(procedure, input, await token()), [403])
      if (fault) wrong.push(`${procedure.area}.${procedure.name} ${fault}`)
    }
  }
  expect(wrong).toEqual([])
})

test('an answer to somebody who may not ask would be seen', async () => {
  const list = procedures.find(({ area, name }) => area === 'jobs' && name === 'list')
  if (!list) throw new Error('there is no jobs.list')
  const token = await freshToken(theirs)
  const answer = await sendRest(list, {}, await token())
  expect(faultOf(answer, [401])).toContain("told another's data")
  expect(faultOf({ status: 200, text: '{"items":[]}' }, [401, 403])).toContain('answered 200')
  expect(faultOf({ status: 401, text: '{}' }, [401])).toContain('is no failure of ours')
})
