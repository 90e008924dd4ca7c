import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { failed } from '#shared/failure'
import { createFetches } from './fetch.ts'

/** Fetches of a provider that answers as told, and what was given to be rid of secrets. */
function answering(status: number, body: unknown) {
  const looked: string[] = []
  const { fetch: send } = createFetches(
    {
      provider: {
        name: 'Echo',
        rejects: ({ body: told }) => {
          const { ok, error } = told as { ok?: boolean; error?: string }
          return ok === false ? failed('rejected', `Echo says: ${error}`).failure : undefined
        },
      },
      bases: ['https://echo.example'],
      rawFetch: async () => Response.json(body, { status }),
      signal: new AbortController().signal,
      now: Date.now,
      redact(text) {
        looked.push(text)
        return text.replaceAll('hunter2hunter2', '[secret]')
      },
      beforeEffect: async () => undefined,
    },
    'unsafe',
  )
  return { send: () => send('https://echo.example/send', { method: 'POST' }), looked }
}

test('what is told of a refusal is rid of secrets, whatever its status', async () => {
  const { send } = answering(200, { ok: false, error: 'no such key: hunter2hunter2' })
  await expect(send()).rejects.toMatchObject({ failure: { kind: 'rejected', message: 'Echo says: no such key: [secret]' } })
})

test('an answer that is no refusal is handed on as it came, and nobody looks through it for secrets', async () => {
  const { send, looked } = answering(200, { ok: true, note: 'hunter2hunter2' })
  expect(await (await send()).json()).toEqual({ ok: true, note: 'hunter2hunter2' })
  expect(looked).toEqual([])
})

test('a stop ends a request that waits, also after memory was cleared', async () => {
  setFlagsFromString('--expose-gc')
  const clear = runInNewContext('gc') as () => void
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stop = new AbortController()
  const { ask } = createFetches(
    {
      provider: { name: 'Nobody' },
      bases: [base],
      rawFetch: (request) => fetch(request),
      signal: stop.signal,
      now: Date.now,
      redact: (text) => text,
      beforeEffect: async () => undefined,
    },
    'safe',
  )
  const ended = ask(base).catch((error: unknown) => error)
  await once(server, 'request')
  for (let turn = 0; turn < 10; turn += 1) {
    clear()
    await new Promise((resolve) => setImmediate(resolve))
  }
  stop.abort()
  expect(await ended).toMatchObject({ failure: { kind: 'cancelled' } })
  server.closeAllConnections()
  server.close()
})
