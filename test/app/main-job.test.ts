import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningApp, runApp, settled } from './running-app.ts'

let running: RunningApp
beforeAll(async () => {
  running = await runApp()
})
afterAll(() => running.stop())

type Job = {
  id: string
  state: string
  provider?: string
  attempts: number
  failure?: { kind: string; message: string }
  history?: { provider: string; outcome: string }[]
}

async function send(kind: string, input: unknown, more: object = {}): Promise<Job> {
  const { body } = await running.ask('POST', '/v1/jobs', { body: { kind, input, ...more } })
  return body as Job
}

async function detail(id: string): Promise<Job> {
  return (await running.ask('GET', `/v1/jobs/${id}`)).body as Job
}

const fault = (provider: string, name: string, active = true) =>
  running.ask('PUT', '/v1/sandbox/faults', { body: { provider, fault: name, active } })
const inbox = async (provider: string) =>
  ((await running.ask('GET', `/v1/sandbox/inbox?provider=${provider}`)).body as { items: { text: string; title: string }[] })
    .items

describe('the Demo tenant', () => {
  test.each([
    ['EMAIL_SEND', { to: 'a@example.com', subject: 'Hello', text: 'By mail' }, 'requestId'],
    ['TELEGRAM_SEND', { chatId: '1001', text: 'By Telegram' }, 'messageIds'],
    ['SLACK_SEND', { channel: '#general', text: 'By Slack' }, 'ts'],
    ['TEAMS_SEND', { teamId: 'team-1', channelId: 'channel-1', text: 'By Teams' }, 'messageId'],
  ])('%s ends with the id that its provider gave, and lies in the inbox', async (kind, input, id) => {
    const job = await send(kind, input)
    const done = await settled(running, job.id)
    expect(done.state).toBe('succeeded')
    expect(done.result?.[id]).toBeTruthy()
    const arrived = await inbox((await detail(job.id)).provider ?? '')
    expect(arrived.some(({ text }) => text.includes(input.text))).toBe(true)
  })

  test('its first day shows every fate, and its chain verifies', async () => {
    const { body } = (await running.ask('GET', '/v1/jobs/stats')) as { body: { states: Record<string, number> } }
    for (const state of ['succeeded', 'failed', 'unknown', 'cancelled', 'queued'])
      expect(body.states[state], state).toBeGreaterThan(0)
    expect((await running.ask('POST', '/v1/audit/verify')).body).toMatchObject({ ok: true })
  })

  test('reaches nothing but this machine', async () => {
    const answer = await running.ask('PUT', '/v1/connections/telegram', {
      body: { settings: { endpoint: 'https://example.com' } },
    })
    expect(answer).toMatchObject({ status: 400, body: { error: { fields: [{ path: 'settings.endpoint' }] } } })
  })
})

describe('mail', () => {
  test('falls over to the next provider where the first certainly did not send', async () => {
    await fault('microsoft', 'unauthorized')
    const job = await send('EMAIL_SEND', { to: 'b@example.com', subject: 'Over', text: 'Fallen over' })
    expect((await settled(running, job.id)).state).toBe('succeeded')
    const told = await detail(job.id)
    expect(told.provider).toBe('resend')
    expect(told.history?.map(({ provider, outcome }) => [provider, outcome])).toEqual([
      ['microsoft', 'retried'],
      ['resend', 'succeeded'],
    ])
    await fault('microsoft', 'unauthorized', false)
  })

  test('does not fall over where the first may have sent', async () => {
    await fault('microsoft', 'reset_after_receipt')
    const job = await send('EMAIL_SEND', { to: 'c@example.com', subject: 'Lost', text: 'Lost on the way' })
    expect((await settled(running, job.id)).state).toBe('unknown')
    expect((await inbox('resend')).some(({ text }) => text.includes('Lost on the way'))).toBe(false)
    await fault('microsoft', 'reset_after_receipt', false)
  })

  test('is sent as the agent, from its own address', async () => {
    const job = await send('EMAIL_SEND', { to: 'd@example.com', subject: 'As agent', text: 'x', fromAgent: 'cheryl' })
    expect((await settled(running, job.id)).result).toMatchObject({ sender: 'support@deadapp.info' })
  })
})

describe('Telegram', () => {
  test('the default chat is kept, told, and used', async () => {
    expect((await running.ask('POST', '/v1/telegram/save-chat', { body: { chatId: 424242 } })).body).toEqual({ chatId: '424242' })
    expect((await running.ask('GET', '/v1/telegram/default-chat')).body).toEqual({ chatId: '424242' })
    const job = await send('TELEGRAM_SEND', { text: 'To the default' })
    expect((await settled(running, job.id)).result).toMatchObject({ chatId: '424242' })
  })

  test('what a person writes to the bot comes in once, as a conversation', async () => {
    const arrived = new Promise<void>((resolve) => {
      const stop = running.app.engine.listen(({ topic }) => {
        if (topic !== 'message.changed') return
        stop()
        resolve()
      })
    })
    await running.ask('POST', '/v1/sandbox/receive', { body: { provider: 'telegram', from: 'Petra', text: 'Is anybody there?' } })
    await arrived
    const { body } = (await running.ask('GET', '/v1/conversations?provider=telegram')) as {
      body: { items: { title: string; lastText: string; id: string }[] }
    }
    const conversation = body.items.find(({ title }) => title === 'Petra')
    expect(conversation?.lastText).toBe('Is anybody there?')
    const messages = (await running.ask('GET', `/v1/conversations/${conversation?.id}/messages`)).body as { items: object[] }
    expect(messages.items).toHaveLength(1)
  })

  test('a button that was pressed is answered once: by whom nothing waits for, and by whom may not decide', async () => {
    const chat = ((await running.ask('GET', '/v1/telegram/default-chat')).body as { chatId: string }).chatId
    const buttons = [[{ text: 'Approve', data: 'approve:1' }]]
    const pressAndRead = async (chatId: string) => {
      const job = await send('TELEGRAM_SEND', { chatId, text: 'Approve it?', buttons })
      const { messageIds } = (await settled(running, job.id)).result as { messageIds: string[] }
      const heard = answers.length
      const order = { provider: 'telegram', messageId: messageIds[0], data: 'approve:1', from: 'Ada' }
      expect((await running.ask('POST', '/v1/sandbox/press', { body: order })).body).toEqual({ accepted: true })
      while (answers.length === heard) {
        // Listens before it looks: what happens in between is heard.
        const next = news()
        answers = (await inbox('telegram')).filter(({ title }) => title === 'Answer to a press').map(({ text }) => text)
        if (answers.length === heard) await next
      }
      return answers[0]
    }
    let answers: string[] = []
    const news = () =>
      new Promise<void>((resolve) => {
        const stop = running.app.engine.listen(() => {
          stop()
          resolve()
        })
      })
    expect(await pressAndRead(chat)).toBe('This button no longer does anything.')
    expect(await pressAndRead('555001')).toBe('You may not decide this.')
    const { body } = (await running.ask('GET', '/v1/audit?action=press.refused')) as { body: { items: object[] } }
    expect(body.items).toMatchObject([{ outcome: 'refused', detail: { chatId: '555001', provider: 'telegram' } }])
    const gone = { provider: 'telegram', messageId: '1', data: 'approve:1', from: 'Ada' }
    expect((await running.ask('POST', '/v1/sandbox/press', { body: gone })).status).toBe(404)
  })
})

test('a job for what is not connected waits, and goes when it is connected', async () => {
  const { body: tenant } = (await running.ask('POST', '/v1/tenants', { body: { name: 'Own' } })) as { body: { id: string } }
  const headers = { 'x-tenant-id': tenant.id }
  const requests: { method: string; path: string; body: string; headers: Record<string, unknown> }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    requests.push({ method: request.method ?? '', path: request.url ?? '', body, headers: request.headers })
    const result = request.url?.endsWith('/getMe')
      ? { id: 1, is_bot: true, first_name: 'B', username: 'b_bot' }
      : { message_id: 7, date: 1, chat: { id: 5, type: 'private' } }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ ok: true, result: request.url?.endsWith('/getUpdates') ? [] : result }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { body: job } = (await running.ask('POST', '/v1/jobs', {
      headers,
      body: { kind: 'TELEGRAM_SEND', input: { chatId: '5', text: 'Hi' } },
    })) as { body: Job }
    const waiting = await new Promise<Job>((resolve) => {
      const look = async () => {
        const latest = (await running.ask('GET', `/v1/jobs/${job.id}`, { headers })).body as Job
        if (latest.state === 'waiting') {
          stop()
          resolve(latest)
        }
      }
      const stop = running.app.engine.listen(() => void look())
      void look()
    })
    expect(waiting).toMatchObject({ reason: 'connection' })
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const put = await running.ask('PUT', '/v1/connections/telegram', {
      headers,
      body: { credential: { botToken: '123456:ABCdef_ghi-jkl' }, settings: { endpoint } },
    })
    expect(put.body).toMatchObject({ state: 'connected', account: { name: '@b_bot' } })
    expect((await settled(running, job.id, tenant.id)).state).toBe('succeeded')
    const sent = requests.find(({ path }) => path.endsWith('/sendMessage'))
    expect(sent).toMatchObject({ method: 'POST', path: '/bot123456:ABCdef_ghi-jkl/sendMessage' })
    expect(JSON.parse(sent?.body ?? '')).toEqual({ chat_id: 5, text: 'Hi' })
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
