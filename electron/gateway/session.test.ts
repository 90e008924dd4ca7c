import { afterAll, beforeAll, expect, test } from 'vitest'
import { spans } from '#shared/time'
import { type Answer, failureOf, type GatewayWorld, openGatewayWorld } from './gateway-world.ts'

let world: GatewayWorld
beforeAll(async () => {
  world = await openGatewayWorld()
  world.answer('jobs.list', () => ({ items: [], nextCursor: null }))
  world.answer('jobs.count', () => ({ count: 0 }))
})
afterAll(() => world.close())

const page = { authorization: undefined, 'x-atlas': '1' }

function trade(code: string, headers: Record<string, string | undefined> = page): Promise<Answer> {
  return world.send('/session', {
    method: 'POST',
    headers: { authorization: undefined, ...headers },
    body: JSON.stringify({ code }),
  })
}

/** Signs a browser in and answers its cookie as it would send it. */
async function signedIn(): Promise<string> {
  const answer = await trade(await world.access.issueSignInCode())
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

function asBrowser(path: string, cookie: string, more: Record<string, string | undefined> = {}, method = 'GET'): Promise<Answer> {
  return world.send(path, { method, headers: { authorization: undefined, cookie, ...more } })
}

test('the link of a browser holds its code where no server is sent it', async () => {
  const link = new URL(world.gateway.signInUrl('the-code'))
  expect([link.origin, link.hash, link.search, link.pathname]).toEqual([world.url, '#code=the-code', '', '/'])
})

test('a code becomes a cookie that no script, no other page and no other path can take', async () => {
  const answer = await trade(await world.access.issueSignInCode())
  expect(answer.status).toBe(200)
  expect(answer.headers['set-cookie']?.[0]).toMatch(
    /^atlas_session=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=2592000$/,
  )
  expect(answer.text).toBe('{"operator":true}')
})

test('a spent code, a made-up one and a form of another page open nothing', async () => {
  const code = await world.access.issueSignInCode()
  expect((await trade(code, { 'x-atlas': undefined })).status).toBe(403)
  expect((await trade(code)).status).toBe(200)
  for (const wrong of [code, 'made-up']) {
    const answer = await trade(wrong)
    expect(answer).toMatchObject({ status: 401 })
    expect(answer.headers['set-cookie']).toBeUndefined()
  }
  expect(failureOf(await trade('')).fields).toMatchObject([{ path: 'code' }])
  const more = await world.send('/session', { method: 'POST', headers: page, body: '{"code":"x","surprise":1}' })
  expect(failureOf(more).fields).toMatchObject([{ path: 'surprise' }])
  expect((await world.send('/session', { method: 'POST', headers: page, body: `{"code":"${'x'.repeat(2_000)}"}` })).status).toBe(
    400,
  )
  expect(world.audited()).toContainEqual(expect.objectContaining({ action: 'session.refused', outcome: 'refused' }))
})

test('a session reads by cookie alone, and changes nothing without the header of our own page', async () => {
  const cookie = await signedIn()
  expect((await asBrowser('/session', cookie)).text).toBe('{"operator":true}')
  expect((await asBrowser('/v1/jobs', cookie)).status).toBe(200)
  expect(world.asked.at(-1)?.actor).toEqual({ kind: 'operator', id: 'operator' })
  const refused = await asBrowser('/v1/jobs/j1/cancel', cookie, {}, 'POST')
  expect(refused.status).toBe(401)
  expect(failureOf(refused).message).toContain('X-Atlas')
  expect((await asBrowser('/v1/jobs/j1/cancel', cookie, { 'x-atlas': '1' }, 'POST')).status).toBe(422)
  expect((await asBrowser('/v1/jobs', cookie, { authorization: 'Bearer wrong' })).status).toBe(401)
})

test.each(['', 'atlas_session=', 'atlas_session=made-up', 'other=x', 'xatlas_session=x'])(
  'the cookie "%s" is nobody',
  async (cookie) => {
    expect((await asBrowser('/session', cookie)).status).toBe(401)
    expect((await asBrowser('/v1/jobs', cookie)).status).toBe(401)
  },
)

test('signing out needs our own page, and then the cookie is worth nothing', async () => {
  const cookie = await signedIn()
  expect((await asBrowser('/session', cookie, {}, 'DELETE')).status).toBe(403)
  const out = await asBrowser('/session', cookie, { 'x-atlas': '1' }, 'DELETE')
  expect(out).toMatchObject({ status: 200, text: '{"operator":false}' })
  expect(out.headers['set-cookie']?.[0]).toMatch(/^atlas_session=; .*Max-Age=0$/)
  expect((await asBrowser('/v1/jobs', cookie)).status).toBe(401)
})

test('other methods are told which there are', async () => {
  expect(await world.send('/session', { method: 'PUT' })).toMatchObject({ status: 405, headers: { allow: 'GET, POST, DELETE' } })
})

test('guessing is slowed down, and the right code is taken again after a second', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, (_, at) => trade(`guess ${at}`)))
  const statuses = new Set(answers.map(({ status }) => status))
  expect(statuses).toContain(401)
  const last = await trade('guess')
  expect(last).toMatchObject({ status: 429, headers: { 'retry-after': expect.any(String) } })
  world.clock.now += spans.minute
  expect((await trade(await world.access.issueSignInCode())).status).toBe(200)
})
