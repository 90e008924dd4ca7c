import { request as httpRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Sandbox } from './define.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { createSandboxServer, type SandboxServer } from './server.ts'

const secret = 'demo-secret-0123456789'

const post: Sandbox = {
  provider: 'post',
  demoCredential: { token: secret },
  demoSettings: {},
  errorBody: (status, reason) => ({ body: { code: status, reason }, headers: { 'x-own': 'yes' } }),
  hasEffect: ({ method }) => method === 'POST',
  isLongPoll: ({ path }) => path === '/news',
  async handle(request, context) {
    if (request.path === '/news') {
      if (context.written(0).length === 0) await context.waitForWriting(60_000)
      return { status: 200, body: context.written(0).map((done) => (done.press ? done.press.data : done.text)) }
    }
    if (request.path === '/broken') throw new Error('odd')
    if (request.method === 'GET') return { status: 200, body: { path: request.path, query: Object.fromEntries(request.query) } }
    const number = context.deliver({ title: 'Letter', to: 'Ada', text: request.rawBody }, request)
    return { status: 201, body: { number, body: request.body } }
  },
  faults: [
    {
      id: 'full',
      title: 'The box is full',
      effect: 'Letters are refused.',
      answer: ({ method }) => (method === 'POST' ? { status: 507, body: 'full' } : undefined),
    },
  ],
}

let ledger: Ledger
let server: SandboxServer
let url: string

beforeEach(async () => {
  ledger = createLedger(':memory:')
  server = createSandboxServer({ ledger, sandboxes: [post], now: () => 1_000 })
  url = (await server.start()).url
})
afterEach(async () => {
  await server.stop()
  ledger.close()
})

const send = (path = '/letters', text = '{"hello":1}') =>
  fetch(`${url}/post${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text })
const arrived = () => ledger.inbox().length

describe('requests', () => {
  test('reach their stand-in without its prefix, with query and parsed body', async () => {
    expect(await (await fetch(`${url}/post/a/b?c=d`)).json()).toEqual({ path: '/a/b', query: { c: 'd' } })
    expect(await (await send()).json()).toMatchObject({ body: { hello: 1 } })
    const form = await fetch(`${url}/post/letters`, { method: 'POST', body: new URLSearchParams({ hello: '1' }) })
    expect(await form.json()).toMatchObject({ body: { hello: '1' } })
  })

  test('of an unknown stand-in are 404', async () => {
    expect((await fetch(`${url}/nobody/letters`)).status).toBe(404)
  })

  test('larger than 80 MB are refused', async () => {
    const answer = await send('/letters', 'x'.repeat(80 * 1024 * 1024 + 1))
    expect(answer.status).toBe(413)
    expect(arrived()).toBe(0)
  })

  test('that break the stand-in are answered 500', async () => {
    expect((await send('/broken')).status).toBe(500)
  })

  test('in the inbox hide what the demo credential holds', async () => {
    await send(`/${secret}/letters`, JSON.stringify({ token: secret, text: 'Hi' }))
    expect(ledger.inbox()[0]?.request).toEqual({
      method: 'POST',
      path: '/<token>/letters',
      body: { token: '<token>', text: 'Hi' },
    })
  })
})

describe('faults', () => {
  test('are listed for each stand-in, its own first', () => {
    const list = server.faults.list()
    expect(list.map(({ fault }) => fault)).toEqual([
      'full',
      'rate_limited',
      'unauthorized',
      'forbidden',
      'server_error',
      'unavailable',
      'slow',
      'reset',
      'reset_after_receipt',
      'malformed',
    ])
    expect(list[0]).toEqual({
      provider: 'post',
      fault: 'full',
      title: 'The box is full',
      effect: 'Letters are refused.',
      active: false,
      count: null,
    })
  })

  test.each([
    ['rate_limited', 429],
    ['unauthorized', 401],
    ['forbidden', 403],
    ['server_error', 500],
    ['unavailable', 503],
  ])('%s answers %i in the words of the provider, and nothing arrives', async (fault, status) => {
    server.faults.set('post', fault, true)
    const answer = await send()
    expect(answer.status).toBe(status)
    expect(answer.headers.get('x-own')).toBe('yes')
    expect(answer.headers.get('retry-after')).toBe(status === 429 ? '5' : null)
    expect(await answer.json()).toMatchObject({ code: status })
    expect(arrived()).toBe(0)
    server.faults.set('post', fault, false)
    expect((await send()).status).toBe(201)
  })

  test('count down and end by themselves', async () => {
    server.faults.set('post', 'server_error', true, 2)
    expect([await send(), await send(), await send()].map(({ status }) => status)).toEqual([500, 500, 201])
    expect(server.faults.list().some(({ active }) => active)).toBe(false)
  })

  test('that are counted leave a long poll alone', async () => {
    server.faults.set('post', 'server_error', true, 1)
    const news = fetch(`${url}/post/news`)
    expect((await send()).status).toBe(500)
    await expect.poll(() => server.faults.list().some(({ active }) => active)).toBe(false)
    server.receive('post', 'Ada', 'Hello')
    expect((await news).status).toBe(200)
  })

  test('reset: nothing arrives. reset_after_receipt: it does, and only letters are hit', async () => {
    server.faults.set('post', 'reset', true, 1)
    await expect(send()).rejects.toThrow()
    expect(arrived()).toBe(0)
    server.faults.set('post', 'reset_after_receipt', true, 1)
    expect((await fetch(`${url}/post/x`)).status).toBe(200)
    await expect(send()).rejects.toThrow()
    expect(arrived()).toBe(1)
  })

  test('malformed: it arrives, the answer cannot be read', async () => {
    server.faults.set('post', 'malformed', true)
    const answer = await send()
    expect(answer.status).toBe(200)
    await expect(answer.json()).rejects.toThrow()
    expect(arrived()).toBe(1)
  })

  test('slow: it arrives long before the answer; who leaves is not waited for', async () => {
    server.faults.set('post', 'slow', true)
    const leaving = new AbortController()
    const answer = fetch(`${url}/post/letters`, { method: 'POST', body: 'x', signal: leaving.signal })
    await expect.poll(arrived).toBe(1)
    leaving.abort()
    await expect(answer).rejects.toThrow()
  })

  test('of the stand-in itself come first and hit what they are for', async () => {
    server.faults.set('post', 'full', true)
    expect((await send()).status).toBe(507)
    expect((await fetch(`${url}/post/x`)).status).toBe(200)
  })

  test('nobody knows are refused by name', () => {
    expect(() => server.faults.set('post', 'rain', true)).toThrow('The stand-in of post has no fault "rain".')
  })
})

describe('writing', () => {
  test('wakes whoever waits for it', async () => {
    const news = fetch(`${url}/post/news`)
    server.receive('post', 'Ada', 'Hello')
    expect(await (await news).json()).toEqual(['Hello'])
  })

  test('is not waited for when the server stops', async () => {
    const news = fetch(`${url}/post/news`)
    await expect.poll(() => fetch(`${url}/post/x`).then(({ status }) => status)).toBe(200)
    await Promise.all([server.stop(), expect(news).rejects.toThrow()])
  })

  test('to nobody is refused', () => {
    expect(() => server.receive('nobody', 'Ada', 'Hello')).toThrow('There is no stand-in of nobody.')
  })
})

describe('the control surface', () => {
  const steer = (path: string, method: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}/_control${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  test('switches faults, shows the inbox, lets people write', async () => {
    const switched = await steer('/faults', 'PUT', { provider: 'post', fault: 'full', active: true, count: 1 })
    expect(await switched.json()).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ fault: 'full', count: 1 })]),
    })
    expect((await send()).status).toBe(507)
    await send()
    expect(await (await steer('/inbox?provider=post', 'GET')).json()).toMatchObject({ items: [{ provider: 'post', to: 'Ada' }] })
    const news = fetch(`${url}/post/news`)
    await steer('/receive', 'POST', { provider: 'post', from: 'Ada', text: 'Hello' })
    expect(await (await news).json()).toEqual(['Hello'])
  })

  test('refuses what it does not understand, and says why', async () => {
    const odd = await steer('/faults', 'PUT', { provider: 'post', fault: 'full', on: true })
    expect(odd.status).toBe(400)
    expect(JSON.stringify(await odd.json())).toContain('on')
    expect((await steer('/faults', 'PUT', { provider: 'post', fault: 'rain', active: true })).status).toBe(404)
    expect((await steer('/nothing', 'GET')).status).toBe(404)
  })

  test('is closed to pages and to other host names', async () => {
    expect((await steer('/inbox', 'GET', undefined, { origin: 'https://evil.example' })).status).toBe(403)
    expect(await statusFor('rebound.example')).toBe(403)
    expect(await statusFor('localhost')).toBe(200)
  })

  function statusFor(host: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const asked = httpRequest(`${url}/_control/inbox`, { headers: { host } }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      asked.once('error', reject).end()
    })
  }
})
