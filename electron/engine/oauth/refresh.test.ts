import { describe, expect, it } from 'vitest'
import { createRefresher, mergeTokens, type Tokens } from './refresh.ts'

interface Credential extends Partial<Tokens> {
  clientId: string
}

const old: Credential = { clientId: 'c', accessToken: 'a1', refreshToken: 'r1', expiresAt: 1_000, scopes: ['read'] }

describe('merging renewed tokens', () => {
  it.each([
    ['undefined', undefined],
    ['empty', ''],
  ])('keeps the stored refresh token when the renewed one is %s', (_case, refreshToken) => {
    expect(mergeTokens(old, { accessToken: 'a2', refreshToken })).toEqual({
      clientId: 'c',
      accessToken: 'a2',
      refreshToken: 'r1',
      scopes: ['read'],
    })
  })

  it('takes a rotated refresh token, the new end and the new scopes', () => {
    const renewed = { accessToken: 'a2', refreshToken: 'r2', expiresAt: 9_000, scopes: ['read', 'write'] }
    expect(mergeTokens(old, renewed)).toEqual({ clientId: 'c', ...renewed })
  })

  it('does not carry the end of the old token over to the new one', () => {
    expect(mergeTokens(old, { accessToken: 'a2' })).not.toHaveProperty('expiresAt')
  })

  it('makes up no refresh token', () => {
    expect(mergeTokens({ clientId: 'c' }, { accessToken: 'a2', scopes: [] })).toEqual({ clientId: 'c', accessToken: 'a2' })
  })
})

function world(credential: Credential, at = 0) {
  let held = { version: 1, credential }
  let renewals = 0
  const refresher = createRefresher<Credential>({
    keeper: {
      read: async () => held,
      async replace(_tenantId, _provider, renewed) {
        if (renewed.version !== held.version) return false
        held = { version: held.version + 1, credential: renewed.credential }
        return true
      },
    },
    now: () => at,
    marginMs: 100,
  })
  async function renew(): Promise<Tokens> {
    renewals += 1
    return { accessToken: `a${renewals + 1}`, refreshToken: `r${renewals + 1}`, expiresAt: at + 5_000 }
  }
  return { refresher, renew, renewals: () => renewals, held: () => held, swap: (next: typeof held) => (held = next) }
}

describe('the refresher', () => {
  it('renews nothing before it is due', async () => {
    const { refresher, renew, renewals } = world(old, 899)
    expect(await refresher.current('t', 'p', renew)).toEqual(old)
    expect(renewals()).toBe(0)
  })

  it('lets one flight serve all who ask at once, and stores before it hands out', async () => {
    const { refresher, renew, renewals, held } = world(old, 900)
    const got = await Promise.all(Array.from({ length: 10 }, () => refresher.current('t', 'p', renew)))
    expect(renewals()).toBe(1)
    expect(new Set(got.map(({ accessToken }) => accessToken))).toEqual(new Set(['a2']))
    expect(held()).toMatchObject({ version: 2, credential: { accessToken: 'a2', refreshToken: 'r2' } })
  })

  it('flies apart for different connections', async () => {
    const { refresher, renew, renewals } = world(old, 900)
    await Promise.all([refresher.current('t', 'p', renew), refresher.current('u', 'p', renew)])
    expect(renewals()).toBe(2)
  })

  it('uses what somebody else stored meanwhile', async () => {
    const { refresher, renew, swap, held } = world(old, 900)
    const theirs = { version: 7, credential: { clientId: 'c', accessToken: 'theirs', expiresAt: 99_999 } }
    const got = await refresher.current('t', 'p', async () => {
      swap(theirs)
      return renew()
    })
    expect(got.accessToken).toBe('theirs')
    expect(held()).toEqual(theirs)
  })

  it('tries anew after a renewal that failed, and changes nothing by it', async () => {
    const { refresher, renew, held } = world(old, 900)
    await expect(refresher.current('t', 'p', () => Promise.reject(new Error('down')))).rejects.toThrow('down')
    expect(held().credential).toEqual(old)
    expect((await refresher.current('t', 'p', renew)).accessToken).toBe('a2')
  })

  it('hands nothing out that could not be stored', async () => {
    const failing = createRefresher<Credential>({
      keeper: { read: async () => ({ version: 1, credential: old }), replace: () => Promise.reject(new Error('vault locked')) },
      now: () => 5_000,
    })
    await expect(failing.current('t', 'p', async () => ({ accessToken: 'a2' }))).rejects.toThrow('vault locked')
  })
})
