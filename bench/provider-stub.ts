/** A provider as far as the figures need one: a process of its own on loopback that gives every known request its canned answer at once. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const model = { model: 'gpt-bench', object: 'chat.completion.chunk', id: 'chatcmpl-1', created: 1_700_000_000 }
const pieces = [
  { ...model, choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
  { ...model, choices: [{ index: 0, delta: { content: 'The order is on its way.' }, finish_reason: null }] },
  { ...model, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  { ...model, choices: [], usage: { prompt_tokens: 12, completion_tokens: 6, total_tokens: 18 } },
]

interface Canned {
  ending: string
  type: string
  body: string
}

const json = (ending: string, body: unknown): Canned => ({ ending, type: 'application/json', body: JSON.stringify(body) })

const answers: readonly Canned[] = [
  json('/emails', { id: '49a3999c-0ce1-4ea6-ab68-afcd6dc2e794' }),
  json('/api/chat.postMessage', { ok: true, channel: 'C0123456789', ts: '1712345678.000100', message: { text: 'Hello' } }),
  json('/sendMessage', {
    ok: true,
    result: { message_id: 7, date: 1_712_345_678, chat: { id: 42, type: 'private' }, text: 'Hello' },
  }),
  json('/2/tweets', { data: { id: '1445880548472328192', text: 'Hello' } }),
  {
    ending: '/chat/completions',
    type: 'text/event-stream',
    body: `${pieces.map((piece) => `data: ${JSON.stringify(piece)}\n\n`).join('')}data: [DONE]\n\n`,
  },
]

const server = createServer((request, response) => {
  const answer = answers.find(({ ending }) => request.url?.endsWith(ending))
  request.resume().once('end', () => {
    const { type, body } = answer ?? { type: 'text/plain', body: 'there is no such method' }
    response.writeHead(answer ? 200 : 404, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body)
  })
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
