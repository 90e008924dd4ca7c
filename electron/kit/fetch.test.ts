import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createFetches } from './fetch.ts'

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
