/** A provider for days: takes messages as Telegram's Bot API does, breaks one request in twenty, and remembers what arrived. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SoakProvider {
  url: string
  /** How often each text arrived. */
  arrivals: Map<string, number>
  broken(): number
  stop(): Promise<void>
}

/** A long poll is answered with nothing after so long. */
const pollMs = 20_000
const share = 0.05

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as Record<string, unknown>
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export async function startSoakProvider(dice: () => number): Promise<SoakProvider> {
  const arrivals = new Map<string, number>()
  let broken = 0
  let lastId = 0

  function take(text: string, chatId: unknown, response: ServerResponse): void {
    arrivals.set(text, (arrivals.get(text) ?? 0) + 1)
    lastId += 1
    const message = { message_id: lastId, date: 1, text, chat: { id: Number(chatId), type: 'private', first_name: 'Soak' } }
    answer(response, 200, { ok: true, result: message })
  }

  /** Ways to break: refused before it was taken, cut off before, taken and then a fault, taken and half an answer. */
  const ways: readonly ((text: string, response: ServerResponse) => void)[] = [
    (_text, response) =>
      answer(response, 429, { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 1 } }),
    (_text, response) => void response.socket?.destroy(),
    (text, response) => {
      arrivals.set(text, (arrivals.get(text) ?? 0) + 1)
      answer(response, 500, { ok: false, error_code: 500, description: 'Internal Server Error' })
    },
    (text, response) => {
      arrivals.set(text, (arrivals.get(text) ?? 0) + 1)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true,"res')
    },
  ]

  const server = createServer(async (request, response) => {
    const method = (request.url ?? '').split('/').at(-1)
    const { text, chat_id: chatId } = await bodyOf(request)
    if (method === 'getUpdates') {
      setTimeout(() => answer(response, 200, { ok: true, result: [] }), pollMs).unref()
    } else if (method !== 'sendMessage') {
      answer(response, 200, { ok: true, result: { id: 1, is_bot: true, first_name: 'Soak', username: 'soak_bot', url: '' } })
    } else if (dice() < share) {
      broken += 1
      ways[Math.floor(dice() * ways.length)]?.(String(text), response)
    } else take(String(text), chatId, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    broken: () => broken,
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
