/** Carries the stand-ins over HTTP on this machine alone, each under its own prefix, with faults and an inbox. */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { failed } from '#shared/failure'
import { createControl } from './control.ts'
import { type PretendedPress, pressKey, type Sandbox, type SandboxContext, type SandboxResponse } from './define.ts'
import { createFaults, type Faults } from './faults.ts'
import { isForLoopback, jsonAnswer, readBody, send, toSandboxRequest, urlOf } from './http.ts'
import type { Ledger } from './ledger.ts'
import { createWaiting } from './waiting.ts'

export interface SandboxServerDeps {
  ledger: Ledger
  sandboxes: readonly Sandbox[]
  now(): number
  /** Told after something arrived. */
  onArrival?(): void
}

export interface SandboxServer {
  /** Listens on 127.0.0.1; any free port when none is named. Stand-ins lie at `<url>/<provider>`. */
  start(port?: number): Promise<{ url: string }>
  stop(): Promise<void>
  faults: Pick<Faults, 'list' | 'set'>
  /** Lets a pretended person write to a stand-in. */
  receive(provider: string, from: string, text: string): void
  /** Lets a pretended person press a button below what arrived. */
  press(order: PretendedPress): void
}

/** Shorter strings of a demo credential (a tenant, an id) are no secret worth hiding. */
const shortestSecret = 16

/** Puts `<token>` in place of what a demo credential holds, so that nobody learns to expect secrets in an inbox. */
function createMask({ demoCredential }: Sandbox): (text: string) => string {
  const secrets = Object.values(demoCredential).filter(
    (value): value is string => typeof value === 'string' && value.length >= shortestSecret,
  )
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '<token>'), text)
}

/** The same person has the same chat each time. */
function chatOf(from: string): string {
  let sum = 7
  for (const char of from.toLowerCase()) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 900_000_007
  return `${100_000_000 + sum}`
}

export function createSandboxServer({ ledger, sandboxes, now, onArrival }: SandboxServerDeps): SandboxServer {
  const faults = createFaults(sandboxes)
  const waiting = createWaiting()
  const masks = new Map(sandboxes.map((sandbox) => [sandbox.provider, createMask(sandbox)]))
  let stopping = new AbortController()
  let origin = ''

  function contextOf({ provider }: Sandbox, signal: AbortSignal): SandboxContext {
    const mask = masks.get(provider) ?? ((text: string) => text)
    return {
      url: `${origin}/${provider}`,
      deliver: (arrival, { method, path, body }) => {
        const masked: unknown = body === undefined ? null : JSON.parse(mask(JSON.stringify(body)))
        const number = ledger.arrive({ ...arrival, provider, at: now(), request: { method, path: mask(path), body: masked } })
        onArrival?.()
        return number
      },
      recall: (key) => ledger.recall(provider, key),
      keep: (key, response) => ledger.keep(provider, key, response),
      setButtons: (number, buttons) => {
        ledger.setButtons(number, buttons)
        onArrival?.()
      },
      written: (after) => ledger.written(provider, after),
      waitForWriting: (ms) => waiting.until(provider, ms, signal),
      now,
    }
  }

  function press({ provider, messageId, data, from }: PretendedPress): void {
    const number = Number(messageId)
    const sandbox = sandboxes.find((one) => one.provider === provider)
    const chatId = sandbox?.chatOf?.(number, { recall: (key) => ledger.recall(provider, key) })
    const has = ledger.buttons(provider, number).some((row) => row.some((button) => button.data === data))
    if (chatId === undefined || !has) throw failed('not_found', 'There is no such button below that message any more.')
    const pressId = `${randomBytes(8).readBigUInt64BE()}`
    const press = { pressId, data, chatId, messageId, from: { id: chatOf(from), name: from }, at: now() }
    ledger.write(provider, { press })
    ledger.keep(provider, pressKey(pressId), { status: 200, body: press })
    waiting.wake(provider)
  }

  function receive(provider: string, from: string, text: string): void {
    if (!sandboxes.some((sandbox) => sandbox.provider === provider)) {
      throw failed('not_found', `There is no stand-in of ${provider}.`)
    }
    const at = now()
    const messageId = `${at}`
    ledger.write(provider, { chatId: chatOf(from), chatTitle: from, chatKind: 'chat', messageId, author: from, text, at })
    waiting.wake(provider)
  }

  const control = createControl({ ledger, faults, receive, press })

  async function answerOf(message: IncomingMessage, signal: AbortSignal): Promise<SandboxResponse> {
    const [, prefix = '', path = '/'] = /^\/([^/]*)(\/.*)?$/.exec(urlOf(message).pathname) ?? []
    if (!isForLoopback(message)) return jsonAnswer(403, { error: 'The stand-ins answer to this machine alone.' })
    const bytes = await readBody(message)
    if (bytes === undefined) return jsonAnswer(413, { error: 'The body is larger than 80 MB.' })
    const request = toSandboxRequest(message, path, bytes)
    if (prefix === '_control') return control(request)
    const sandbox = sandboxes.find(({ provider }) => provider === prefix)
    if (!sandbox) return jsonAnswer(404, { error: `There is no stand-in of "${prefix}".` })
    if (sandbox.isLogged?.(request)) ledger.log(prefix, { at: now(), method: request.method, path, body: request.body })
    const handle = async () => sandbox.handle(request, contextOf(sandbox, signal))
    const shape = faults.take(sandbox, request)
    return shape ? shape(handle) : handle()
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const left = new AbortController()
    response.once('close', () => left.abort())
    const signal = AbortSignal.any([left.signal, stopping.signal])
    try {
      await send(response, await answerOf(message, signal), signal)
    } catch (error) {
      // Whoever left waits for no answer; a stand-in that broke says so to whoever is trying it.
      if (signal.aborted || response.headersSent) response.destroy()
      else await send(response, jsonAnswer(500, { error: `The stand-in broke: ${String(error)}` }), signal)
    }
  }

  const server = createServer((message, response) => void serve(message, response))

  return {
    faults,
    receive,
    press,
    start(port = 0) {
      stopping = new AbortController()
      return new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () => {
          server.removeListener('error', reject)
          origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
          resolve({ url: origin })
        })
      })
    },
    stop() {
      stopping.abort()
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}
