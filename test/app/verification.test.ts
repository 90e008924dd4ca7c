/** Providers' reviews over REST: the defaults, what they hold up, and what resumes it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningApp, runApp, settled } from './running-app.ts'

let running: RunningApp
beforeAll(async () => {
  running = await runApp()
})
afterAll(() => running.stop())

interface Case {
  provider: string
  stage: string
  parked: number
  checklist: { id: string; done: boolean }[]
}

const caseOf = async (provider: string) => (await running.ask('GET', `/v1/verification/${provider}`)).body as Case
const post = (platform: string, more: Record<string, unknown> = {}) =>
  running.ask('POST', '/v1/jobs', { body: { kind: 'SOCIAL_POST', input: { platform, text: `Hello from ${platform}`, ...more } } })

async function waiting(id: string): Promise<{ state: string; reason?: string; waitingFor?: string; assist?: { page: string } }> {
  for (;;) {
    const { body } = await running.ask('GET', `/v1/jobs/${id}`)
    const job = body as { state: string }
    if (job.state !== 'queued' && job.state !== 'running') return job
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('reviews that are under way are so from the start, and the others ask for nothing', async () => {
  const { body } = await running.ask('GET', '/v1/verification')
  const stages = Object.fromEntries((body as { items: Case[] }).items.map(({ provider, stage }) => [provider, stage]))
  expect(stages).toMatchObject({
    google: 'submitted',
    meta: 'submitted',
    threads: 'submitted',
    tiktok: 'submitted',
    apple: 'submitted',
  })
  expect((await caseOf('x')).stage).toBe('not_needed')
})

test('a post waits for the review, says why and how to do it by hand, and one word resumes it', async () => {
  const made = (await post('threads')).body as { id: string }
  const job = await waiting(made.id)
  expect(job).toMatchObject({ state: 'waiting', reason: 'verification', assist: { page: 'https://www.threads.net/' } })
  expect(job.waitingFor).toContain('Threads')
  expect((await caseOf('threads')).parked).toBe(1)
  const early = await running.ask('POST', '/v1/verification/threads/resume')
  expect(early).toMatchObject({ status: 409, body: { error: { kind: 'pending_verification' } } })
  await running.ask('PATCH', '/v1/verification/threads', { body: { stage: 'approved', checklist: { video: true } } })
  expect((await running.ask('POST', '/v1/verification/threads/resume')).body).toEqual({ resumed: 1 })
  expect((await settled(running, made.id)).state).toBe('succeeded')
  expect(await caseOf('threads')).toMatchObject({ stage: 'approved', parked: 0 })
})

test('a post that waits can be done by hand, with its address as the proof', async () => {
  const made = (await post('facebook')).body as { id: string }
  await waiting(made.id)
  const url = 'https://www.facebook.com/harbour/posts/1'
  const { body } = await running.ask('POST', `/v1/jobs/${made.id}/resolve`, { body: { outcome: 'sent', url } })
  expect(body).toMatchObject({ state: 'succeeded', result: { url } })
})

test('an action that is ordered by its own name is tried all the same', async () => {
  const input = { provider: 'meta', action: 'facebook.post', input: { platform: 'facebook', text: 'By name' } }
  const { body } = await running.ask('POST', '/v1/jobs', { body: { kind: 'ACTION_RUN', input } })
  expect((await settled(running, (body as { id: string }).id)).state).toBe('succeeded')
})

test('what a platform would not take is refused before it is ordered, wherever it comes from', async () => {
  const long = await post('x', { text: 'x'.repeat(281) })
  expect(long).toMatchObject({ status: 400, body: { error: { kind: 'invalid', fields: [{ path: 'input.text' }] } } })
  const bare = await post('instagram')
  expect(bare).toMatchObject({ status: 400, body: { error: { fields: [{ path: 'input.media' }] } } })
  const input = { provider: 'x', action: 'post.create', input: { platform: 'x', text: 'x'.repeat(281) } }
  const named = await running.ask('POST', '/v1/jobs', { body: { kind: 'ACTION_RUN', input } })
  expect(named).toMatchObject({ status: 400, body: { error: { fields: [{ path: 'input.input.text' }] } } })
})

test('the price of a post is told before it is ordered', async () => {
  const check = (text: string) =>
    running.ask('POST', '/v1/jobs/check', { body: { kind: 'SOCIAL_POST', input: { platform: 'x', text } } })
  expect((await check('Hello')).body).toMatchObject({ provider: 'x', cost: { microDollars: 15_000 } })
  expect((await check('See https://example.com/')).body).toMatchObject({ cost: { microDollars: 200_000 } })
})

test('unknown cases and items are refused by name', async () => {
  expect((await running.ask('GET', '/v1/verification/nobody')).status).toBe(404)
  const tick = await running.ask('PATCH', '/v1/verification/meta', { body: { checklist: { surprise: true } } })
  expect(tick).toMatchObject({ status: 400, body: { error: { fields: [{ path: 'checklist.surprise' }] } } })
})
