import { request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { RedirectListener } from '../engine/oauth/flow.ts'
import { listenForSignIn } from './sign-in-listener.ts'

let listener: RedirectListener | undefined
afterEach(() => listener?.close())

async function open(answer: 'taken' | 'ignored' = 'taken') {
  const seen: string[] = []
  listener = await listenForSignIn((url) => {
    seen.push(`${url.pathname}${url.search}`)
    return answer
  })
  const uri = listener.redirectUri('/callback')
  return { listener, seen, uri, port: Number(new URL(uri).port) }
}

interface Got {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

function get(port: number, path: string, more: { method?: string; host?: string } = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const headers = { host: more.host ?? `127.0.0.1:${port}` }
    const sent = request({ host: '127.0.0.1', port, path, method: more.method ?? 'GET', headers, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.on('error', reject).end()
  })
}

describe('the redirect address', () => {
  it('lies on a port of this machine, and names it as the provider wants', async () => {
    const { listener, uri, port } = await open()
    expect(uri).toBe(`http://127.0.0.1:${port}/callback`)
    expect(listener.redirectUri('', 'localhost')).toBe(`http://localhost:${port}`)
  })

  it('can be reached by the name localhost', async () => {
    const { seen, port } = await open()
    const response = await fetch(`http://localhost:${port}/?code=c&state=s`)
    expect(response.status).toBe(200)
    expect(seen).toEqual(['/?code=c&state=s'])
  })

  it('reflects nothing of what it is sent, taken or not', async () => {
    const evil = '/callback?state=s&error=x&error_description=%3Cscript%3Ealert(1)%3C/script%3E'
    for (const answer of ['taken', 'ignored'] as const) {
      const { port } = await open(answer)
      const { status, headers, body } = await get(port, evil)
      expect(status).toBe(answer === 'taken' ? 200 : 404)
      expect(body).not.toMatch(/script|alert/)
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      })
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
      await listener?.close()
    }
  })

  it.each([
    ['another host', { host: 'evil.example' }],
    ['a host that begins like ours', { host: '127.0.0.1.evil.example' }],
    ['a POST', { method: 'POST' }],
    ['a HEAD', { method: 'HEAD' }],
  ])('does not listen to %s', async (_case, more) => {
    const { seen, port } = await open()
    expect((await get(port, '/callback?code=c&state=s', more)).status).toBe(404)
    expect(seen).toEqual([])
  })

  it('answers what is under way and is gone after it was closed, open sockets or not', async () => {
    const idle: { destroyed: boolean } = await new Promise((resolve) => {
      void open().then(({ port }) => {
        const socket = connect(port, '127.0.0.1', () => resolve(socket))
      })
    })
    const port = Number(new URL(listener?.redirectUri('') ?? '').port)
    await listener?.close()
    await expect(get(port, '/callback')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await expect.poll(() => idle.destroyed).toBe(true)
  })

  it('answers before it closes when the answer itself closes it', async () => {
    let closed: Promise<void> | undefined
    listener = await listenForSignIn(() => {
      closed = listener?.close()
      return 'taken'
    })
    const { status, body } = await get(Number(new URL(listener.redirectUri('')).port), '/?code=c')
    expect(status).toBe(200)
    expect(body).toContain('Atlas UX')
    await closed
  })
})
