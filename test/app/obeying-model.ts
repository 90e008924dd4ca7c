/**
 * A model that has been talked into everything: it calls whatever tools it reads `OBEY … END` of, wherever that stands, and repeats
 * what a person lets it `SAY`.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Message {
  role: string
  content: string | null
}

interface ToolOrder {
  name: string
  arguments: Record<string, unknown>
}

export interface ObeyingModel {
  url: string
  /** Every request body it was sent, as text. */
  heard: string[]
  /** How often it did what it was told by somebody it should not listen to. */
  obeyed(): number
  stop(): Promise<void>
}

/** What stands behind `OBEY`: base64, so that it survives any quoting. */
function ordersIn(content: string): ToolOrder[] {
  const found = /OBEY ([A-Za-z0-9+/=]+) END/.exec(content)?.[1]
  return found ? (JSON.parse(Buffer.from(found, 'base64').toString('utf8')) as ToolOrder[]) : []
}

/** How a text makes it do something. */
export const obey = (calls: unknown) => `OBEY ${Buffer.from(JSON.stringify(calls)).toString('base64')} END`

function answer(messages: readonly Message[]): ToolOrder[] {
  const at = messages.findLastIndex(({ role }) => role === 'assistant')
  return messages.slice(at + 1).flatMap(({ role, content }) => (role === 'system' ? [] : ordersIn(content ?? '')))
}

/** What it was told to say by whoever gave it its work. */
function wordsFor(messages: readonly Message[]): string {
  const first = messages.find(({ role }) => role === 'user')?.content ?? ''
  return /^SAY ([\s\S]*)$/.exec(first)?.[1] ?? 'Nothing more.'
}

const event = (delta: unknown, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`

export async function startObeyingModel(): Promise<ObeyingModel> {
  const heard: string[] = []
  let obeyed = 0
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString('utf8')
      heard.push(body)
      const { messages } = JSON.parse(body) as { messages: Message[] }
      const says = wordsFor(messages)
      const calls = says === 'Nothing more.' ? answer(messages) : []
      obeyed += calls.length
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(event({ role: 'assistant', content: calls.length > 0 ? '' : says }))
      const asked = calls.map(({ name, arguments: input }, index) => ({
        index,
        id: `call_${index}`,
        type: 'function',
        function: { name, arguments: JSON.stringify(input) },
      }))
      if (asked.length > 0) response.write(event({ tool_calls: asked }))
      response.write(event({}, calls.length > 0 ? 'tool_calls' : 'stop'))
      const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }
      response.write(
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`,
      )
      response.end('data: [DONE]\n\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    obeyed: () => obeyed,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
