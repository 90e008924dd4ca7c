/** A provider at its worst: it answers every request with all that it was told, secrets first, under any status. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface EchoServer {
  url: string
  /** Status of the answers from now on. */
  answerWith(status: number): void
  /** Requests so far whose path begins like this. */
  received(path: string): number
  /** All that was received, as text. */
  transcript(): string
  stop(): Promise<void>
}

interface Echoed {
  status: number
  told: string
}

/** Words of refusal as each provider shapes them, so that clients read them as an error of theirs. */
const shapes: Readonly<Record<string, (echoed: Echoed) => unknown>> = {
  telegram: ({ status, told }) => ({ ok: false, error_code: status, description: told }),
  slack: ({ told }) => ({ ok: false, error: told, needed: told, response_metadata: { messages: [told] } }),
  resend: ({ status, told }) => ({ statusCode: status, name: 'validation_error', message: told }),
  microsoft: ({ told }) => ({ error: { code: told.slice(0, 60), message: told, innerError: { message: told } } }),
}

function loginRefusal({ told }: Echoed): unknown {
  return { error: 'invalid_client', error_description: `AADSTS7000215: ${told}`, error_codes: [7000215], suberror: told }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

export async function startEchoServer(): Promise<EchoServer> {
  let status = 400
  const paths: string[] = []
  const seen: string[] = []

  const server = createServer(async (request, response) => {
    const { authorization = '', ...others } = request.headers
    const path = request.url ?? '/'
    paths.push(path)
    const told = `${authorization} ${path} ${await bodyOf(request)} ${JSON.stringify(others)}`
    seen.push(told)
    const provider = path.split('/')[1] ?? ''
    const refusal = path.includes('/oauth2/') ? loginRefusal : (shapes[provider] ?? shapes.resend)
    // What a message may not hold, a header may not either; told in a form that headers can carry.
    const carried = encodeURIComponent(told).slice(0, 3_000)
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-echo': carried,
      'www-authenticate': `Bearer realm="${carried.slice(0, 500)}"`,
      ...(status === 302 ? { location: `https://elsewhere.example/?${carried}` } : {}),
      ...(status === 429 ? { 'retry-after': '1' } : {}),
    })
    response.end(JSON.stringify(refusal?.({ status, told })))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answerWith: (next) => {
      status = next
    },
    received: (path) => paths.filter((each) => each.startsWith(path)).length,
    transcript: () => seen.join('\n'),
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
