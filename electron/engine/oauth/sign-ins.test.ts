import { beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { failed } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import { type AnyProvider, defineProvider, type SignedIn } from '../../kit/define.ts'
import type { AuditEntry } from '../audit/append.ts'
import type { Actor } from '../engine.ts'
import { createSignIns, type SignInDeps } from './sign-ins.ts'

const actor: Actor = { kind: 'operator', id: 'operator' }
const ten = 600_000

interface Credential {
  clientId: string
  user?: string | undefined
}

type Redeem = (code: string) => Promise<SignedIn<Credential>>
const asUser = (user: string): SignedIn<Credential> => ({
  credential: { clientId: 'c', user },
  account: { id: user, name: `${user}@demo.example` },
  scopes: ['read'],
})

function world() {
  const world = {
    at: 0,
    redeem: (async (code) => asUser(code)) as Redeem,
    account: undefined as { id: string; name: string } | undefined,
    authorize: (state: string, redirectUri: string) => `https://login.example/?state=${state}&redirect_uri=${redirectUri}`,
    storing: async () => undefined as unknown,
    stored: [] as SignedIn<unknown>[],
    audited: [] as AuditEntry[],
    news: 0,
    listeners: [] as { open: boolean; receive: (url: URL) => 'taken' | 'ignored' }[],
    timers: new Set<() => void>(),
    unexpected: [] as unknown[],
    verifiers: [] as string[],
  }
  const provider: AnyProvider = defineProvider<Credential, object>({
    id: 'example',
    name: 'Example',
    category: 'communication',
    summary: '',
    docs: 'https://example.com',
    setup: [],
    notes: [],
    endpoints: { api: 'https://api.example.com' },
    credential: z.strictObject({ clientId: z.string(), user: z.string().optional() }),
    settings: z.strictObject({}),
    verification: { required: false, note: '' },
    limits: [],
    serves: {},
    actions: {},
    check: { call: '', run: () => Promise.reject(new Error('not asked')) },
    signIn: {
      title: 'Sign in',
      scopes: ['read'],
      redirectPath: '/callback',
      authorizationUrl: async ({ state, redirectUri }) => world.authorize(state, redirectUri),
      redeem({ code, codeVerifier }) {
        world.verifiers.push(codeVerifier)
        return world.redeem(code)
      },
    },
  })
  const { signIn: _none, ...plain } = provider
  const deps: SignInDeps = {
    now: () => world.at,
    after(_ms, run) {
      world.timers.add(run)
      return () => world.timers.delete(run)
    },
    providerOf: (id) => ({ example: provider, plain: plain as AnyProvider })[id],
    async listen(receive) {
      const listener = { open: true, receive }
      world.listeners.push(listener)
      return {
        redirectUri: (path, host = '127.0.0.1') => `http://${host}:5151${path}`,
        close: async () => {
          listener.open = false
        },
      }
    },
    connections: {
      callFor: async () => ({
        call: { credential: { clientId: 'c' } } as Call,
        exchange: { failure: undefined, confirmed: 0, requests: 0 },
      }),
      accountOf: () => world.account,
      async storeSignedIn(_tenantId, _provider, signedIn) {
        await world.storing()
        world.stored.push(signedIn)
      },
    },
    announce: () => {
      world.news += 1
    },
    audit: async (_tenantId, entry) => {
      world.audited.push(entry)
    },
    onUnexpected: (error) => world.unexpected.push(error),
  }
  return Object.assign(world, { signIns: createSignIns(deps) })
}

let at: ReturnType<typeof world>
beforeEach(() => {
  at = world()
})

const stateOf = (url: string) => new URL(url).searchParams.get('state') ?? ''
const begin = (replaceAccount = false) => at.signIns.start('t', 'example', { actor, replaceAccount })
const stage = () => at.signIns.status('t', 'example').stage
const come = (query: string, path = '/callback') => at.listeners.at(-1)?.receive(new URL(`http://127.0.0.1:5151${path}?${query}`))

/** Lets what was begun behind an answer come to its end. */
const settled = (wanted: string) => expect.poll(stage, { interval: 1 }).toBe(wanted)

describe('a sign-in', () => {
  it('goes from waiting over finishing to connected, and stores what was signed in', async () => {
    expect(stage()).toBe('none')
    const { authorizationUrl, redirectUri, expiresAt } = await begin()
    expect(redirectUri).toBe('http://127.0.0.1:5151/callback')
    expect(expiresAt).toBe(new Date(ten).toISOString())
    expect(at.signIns.status('t', 'example')).toMatchObject({ stage: 'waiting', authorizationUrl, redirectUri })
    expect(come(`code=jane&state=${stateOf(authorizationUrl)}`)).toBe('taken')
    expect(stage()).toBe('finishing')
    expect(at.listeners[0]?.open).toBe(false)
    await settled('connected')
    expect(at.stored).toEqual([asUser('jane')])
    expect(at.audited.map(({ action }) => action)).toEqual(['sign_in.started', 'sign_in.completed'])
    expect(at.timers.size).toBe(0)
    expect(at.news).toBeGreaterThanOrEqual(3)
  })

  it('has a state and a verifier of its own each time', async () => {
    const states = []
    for (const user of ['a', 'b']) {
      const { authorizationUrl } = await begin()
      states.push(stateOf(authorizationUrl))
      come(`code=${user}&state=${states.at(-1)}`)
      await settled('connected')
    }
    expect(new Set(states).size).toBe(2)
    expect(new Set(at.verifiers).size).toBe(2)
    for (const verifier of at.verifiers) expect(verifier).toMatch(/^[\w-]{43}$/)
  })

  it.each([
    ['a wrong state', 'code=x&state=wrong'],
    ['no state', 'code=x'],
    ['an error with a wrong state', 'error=access_denied&state=wrong'],
    ['an error without state', 'error=access_denied'],
  ])('ignores %s and goes on', async (_case, query) => {
    const { authorizationUrl } = await begin()
    expect(come(query)).toBe('ignored')
    expect(come(query)).toBe('ignored')
    expect(stage()).toBe('waiting')
    expect(at.audited.filter(({ action }) => action === 'sign_in.answer_ignored')).toHaveLength(1)
    expect(come(`code=jane&state=${stateOf(authorizationUrl)}`)).toBe('taken')
    await settled('connected')
  })

  it('ignores another path and a replayed answer', async () => {
    const { authorizationUrl } = await begin()
    const answer = `code=jane&state=${stateOf(authorizationUrl)}`
    expect(come(answer, '/')).toBe('ignored')
    expect(come(answer)).toBe('taken')
    expect(come(answer)).toBe('ignored')
    await settled('connected')
    expect(come(answer)).toBe('ignored')
    expect(at.stored).toHaveLength(1)
  })

  it('ends as declined when the person declines', async () => {
    const { authorizationUrl } = await begin()
    expect(come(`error=access_denied&state=${stateOf(authorizationUrl)}`)).toBe('taken')
    expect(at.signIns.status('t', 'example')).toMatchObject({
      stage: 'failed',
      failure: { kind: 'cancelled', message: expect.stringContaining('declined') },
    })
    expect(at.listeners[0]?.open).toBe(false)
    expect(at.stored).toHaveLength(0)
  })

  it('expires after ten minutes, by its timer or by the clock', async () => {
    await begin()
    for (const run of at.timers) run()
    expect(stage()).toBe('expired')
    expect(at.listeners[0]?.open).toBe(false)
    const { authorizationUrl } = await begin()
    at.at += ten
    expect(come(`code=jane&state=${stateOf(authorizationUrl)}`)).toBe('ignored')
    expect(stage()).toBe('expired')
    expect(at.stored).toHaveLength(0)
  })

  it('gives way to a second start: the answer to the first is no longer taken', async () => {
    const first = await begin()
    const second = await begin()
    expect(at.listeners.map(({ open }) => open)).toEqual([false, true])
    expect(come(`code=x&state=${stateOf(first.authorizationUrl)}`)).toBe('ignored')
    expect(at.listeners[0]?.receive(new URL(`http://127.0.0.1/callback?code=x&state=${stateOf(first.authorizationUrl)}`))).toBe(
      'ignored',
    )
    expect(come(`code=x&state=${stateOf(second.authorizationUrl)}`)).toBe('taken')
    await settled('connected')
  })

  it('leaves one flow when two are started at once', async () => {
    const results = await Promise.allSettled([begin(), begin()])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(at.listeners.filter(({ open }) => open)).toHaveLength(1)
    expect(stage()).toBe('waiting')
  })
})

describe('a sign-in that comes to nothing, or beside others', () => {
  it('can be cancelled; what comes later is dropped', async () => {
    let finish: (signedIn: SignedIn<Credential>) => void = () => undefined
    at.redeem = () => new Promise((resolve) => (finish = resolve))
    const { authorizationUrl } = await begin()
    come(`code=x&state=${stateOf(authorizationUrl)}`)
    expect(await at.signIns.cancel('t', 'example', actor)).toMatchObject({ stage: 'cancelled' })
    finish(asUser('jane'))
    await at.signIns.stop()
    expect(stage()).toBe('cancelled')
    expect(at.stored).toHaveLength(0)
  })

  it.each([
    [
      'redeeming',
      () => (at.redeem = () => Promise.reject(failed('unauthorized', 'The code is too old.', { code: 'AADSTS70008' }))),
    ],
    [
      'storing',
      () => (at.storing = () => Promise.reject(failed('unauthorized', 'The vault is locked.', { code: 'AADSTS70008' }))),
    ],
  ])('fails with the reason when %s fails', async (_case, breakIt) => {
    breakIt()
    const { authorizationUrl } = await begin()
    come(`code=x&state=${stateOf(authorizationUrl)}`)
    await settled('failed')
    expect(at.signIns.status('t', 'example').failure).toMatchObject({ kind: 'unauthorized', code: 'AADSTS70008' })
    expect(at.audited.at(-1)).toMatchObject({ action: 'sign_in.failed', outcome: 'failed', detail: { failure: 'unauthorized' } })
  })

  it('keeps code, state and verifier out of the audit log', async () => {
    const { authorizationUrl } = await begin()
    come(`code=canary&state=${stateOf(authorizationUrl)}`)
    at.redeem = async () => asUser('jane')
    await settled('connected')
    const log = JSON.stringify(at.audited)
    for (const secret of [stateOf(authorizationUrl), ...at.verifiers]) expect(log).not.toContain(secret)
  })

  it.each([
    ['http to elsewhere', (state: string) => `http://login.example/?state=${state}`],
    ['a script', (state: string) => `javascript:alert(1)//?state=${state}`],
    ['a page without our state', () => 'https://login.example/'],
  ])('opens no page that is %s', async (_case, authorize) => {
    at.authorize = authorize
    await expect(begin()).rejects.toMatchObject({ failure: { kind: 'unexpected' } })
    expect(at.listeners[0]?.open).toBe(false)
    expect(stage()).toBe('failed')
  })

  it('is refused for a provider that has none, or that is not there', async () => {
    await expect(at.signIns.start('t', 'plain', { actor })).rejects.toMatchObject({ failure: { kind: 'unsupported' } })
    await expect(at.signIns.start('t', 'nobody', { actor })).rejects.toMatchObject({ failure: { kind: 'not_found' } })
  })

  it('closes every listener when the engine stops', async () => {
    await begin()
    await at.signIns.start('u', 'example', { actor })
    await at.signIns.stop()
    expect(at.listeners.map(({ open }) => open)).toEqual([false, false])
    expect(at.timers.size).toBe(0)
  })

  it('keeps tenants apart', async () => {
    const first = await begin()
    await at.signIns.start('u', 'example', { actor })
    expect(come(`code=x&state=${stateOf(first.authorizationUrl)}`)).toBe('ignored')
    expect(stage()).toBe('waiting')
    expect(at.signIns.status('u', 'example').stage).toBe('waiting')
  })
})

describe('another account', () => {
  async function signInAs(user: string, replaceAccount = false) {
    const { authorizationUrl } = await begin(replaceAccount)
    come(`code=${user}&state=${stateOf(authorizationUrl)}`)
  }
  beforeEach(() => {
    at.account = { id: 'jane', name: 'jane@demo.example' }
  })

  it('is not stored until it is confirmed', async () => {
    await signInAs('joe')
    await settled('confirm_account')
    expect(at.signIns.status('t', 'example')).toMatchObject({ expected: 'jane@demo.example', got: 'joe@demo.example' })
    expect(at.stored).toHaveLength(0)
    expect(await at.signIns.confirm('t', 'example', true, actor)).toMatchObject({ stage: 'connected' })
    expect(at.stored).toEqual([asUser('joe')])
    await expect(at.signIns.confirm('t', 'example', true, actor)).rejects.toMatchObject({ failure: { kind: 'conflict' } })
  })

  it('leaves the old one when the person keeps it, or does not answer', async () => {
    await signInAs('joe')
    await settled('confirm_account')
    expect(await at.signIns.confirm('t', 'example', false, actor)).toMatchObject({ stage: 'cancelled' })
    await signInAs('joe')
    await settled('confirm_account')
    at.at += ten
    expect(stage()).toBe('expired')
    await expect(at.signIns.confirm('t', 'example', true, actor)).rejects.toMatchObject({ failure: { kind: 'conflict' } })
    expect(at.stored).toHaveLength(0)
  })

  it('is asked about as well when the provider does not name it', async () => {
    at.redeem = async () => ({ credential: { clientId: 'c' } })
    await signInAs('?')
    await settled('confirm_account')
    expect(at.stored).toHaveLength(0)
  })

  it('is stored at once when it was ordered, and the same account always is', async () => {
    await signInAs('joe', true)
    await settled('connected')
    await signInAs('jane')
    await settled('connected')
    expect(at.stored).toHaveLength(2)
  })
})
