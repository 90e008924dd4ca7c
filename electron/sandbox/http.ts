/** Between node:http and what stand-ins speak: reads a request whole, writes an answer or cuts the connection. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { SandboxRequest, SandboxResponse } from './define.ts'

const bodyCapBytes = 80 * 1024 * 1024
const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/

/** Whether the request names this machine as its host: a page of another name on this address does not. */
export function isForLoopback({ headers }: IncomingMessage): boolean {
  return loopbackHost.test(headers.host ?? '')
}

export function urlOf(message: IncomingMessage): URL {
  return new URL(message.url ?? '/', 'http://127.0.0.1')
}

/** The body; undefined when it is larger than the cap. Read to its end all the same, or no answer could be sent. */
export async function readBody(message: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    sizeBytes += chunk.byteLength
    if (sizeBytes <= bodyCapBytes) chunks.push(chunk)
  }
  return sizeBytes > bodyCapBytes ? undefined : new Uint8Array(Buffer.concat(chunks))
}

function parseBody(rawBody: string, type: string): unknown {
  if (rawBody === '') return undefined
  if (/^application\/x-www-form-urlencoded/i.test(type)) return Object.fromEntries(new URLSearchParams(rawBody))
  if (!/json/i.test(type)) return rawBody
  try {
    return JSON.parse(rawBody)
  } catch {
    // The stand-in sees the text and refuses it in its provider's words.
    return rawBody
  }
}

function toHeaders({ headers }: IncomingMessage): Headers {
  const list = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value ?? []].flat()) list.append(name, one)
  }
  return list
}

/** The request as a stand-in sees it, at `path` below its own prefix. */
export function toSandboxRequest(message: IncomingMessage, path: string, bytes: Uint8Array<ArrayBuffer>): SandboxRequest {
  const headers = toHeaders(message)
  const binary = /^(image|video|audio)\/|octet-stream|multipart/i.test(headers.get('content-type') ?? '')
  const rawBody = binary ? '' : new TextDecoder().decode(bytes)
  return {
    method: message.method ?? 'GET',
    path,
    query: urlOf(message).searchParams,
    headers,
    body: parseBody(rawBody, headers.get('content-type') ?? ''),
    rawBody,
    bytes,
  }
}

export function jsonAnswer(status: number, body: unknown): SandboxResponse {
  return { status, body }
}

/** Sends the answer, after its delay; the delay ends early when the client leaves or the server stops. */
export async function send(response: ServerResponse, answer: SandboxResponse, signal: AbortSignal): Promise<void> {
  if (answer.delayMs) await wait(answer.delayMs, undefined, { signal })
  if (answer.reset) {
    response.socket?.resetAndDestroy()
    return
  }
  const { status, headers = {}, body, stream } = answer
  if (stream) {
    response.writeHead(status, headers)
    for await (const piece of stream) {
      if (signal.aborted) break
      response.write(piece)
    }
    response.end()
    return
  }
  if (body === undefined) {
    response.writeHead(status, headers).end()
    return
  }
  if (body instanceof Uint8Array) {
    response.writeHead(status, { 'content-type': 'application/octet-stream', ...headers }).end(body)
    return
  }
  const isText = typeof body === 'string'
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8'
  response.writeHead(status, { 'content-type': type, ...headers }).end(isText ? body : JSON.stringify(body))
}
