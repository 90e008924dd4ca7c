import { describe, expect, it } from 'vitest'
import { microsoft } from './manifest.ts'
import {
  type Answering,
  appOnly,
  encode,
  ids,
  json,
  jwt,
  personJwt,
  post,
  posted,
  posting,
  type Seen,
  world,
} from './test-world.ts'

describe('a sign-in', () => {
  const idToken = jwt({
    oid: 'p1',
    tid: 't',
    preferred_username: 'operator@demo.example',
    name: 'Operator',
    sub: 'p1',
    aud: 'client-1',
  })
  const grant = (more: object = {}) =>
    json({
      token_type: 'Bearer',
      scope: `${posting} openid profile`,
      expires_in: 3_599,
      access_token: personJwt(posting),
      refresh_token: 'refresh-1',
      id_token: idToken,
      client_info: encode({ uid: 'p1', utid: 't' }),
      ...more,
    })
  const start = { redirectUri: 'http://localhost:5151', state: 'state-1', codeVerifier: 'verifier', codeChallenge: 'challenge-1' }

  async function redeem(credential: Record<string, unknown>, answer: Answering) {
    const made = world(credential, answer)
    const order = { call: made.call() as never, redirectUri: start.redirectUri, code: 'code-1', codeVerifier: 'verifier-1' }
    return { ...made, result: await microsoft.signIn?.redeem(order) }
  }

  it('leads to Entra with our state and challenge, on the host in use', async () => {
    const settings = { endpoint: { login: 'https://login.microsoftonline.us' } }
    const { call, seen } = world(ids, () => undefined, { settings })
    const url = new URL((await microsoft.signIn?.authorizationUrl({ call: call() as never, ...start })) ?? '')
    expect(url.origin + url.pathname).toBe('https://login.microsoftonline.us/contoso.example/oauth2/v2.0/authorize')
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: 'client-1',
      response_type: 'code',
      redirect_uri: 'http://localhost:5151',
      state: 'state-1',
      code_challenge: 'challenge-1',
      code_challenge_method: 'S256',
      prompt: 'select_account',
      scope: `${posting} openid profile offline_access`,
    })
    expect(seen).toHaveLength(0)
  })

  it('redeems the code as a public client and keeps the account by its home id', async () => {
    const { seen, result } = await redeem({ ...appOnly(), accessToken: 'old', refreshToken: 'old' }, () => grant())
    const form = Object.fromEntries(new URLSearchParams(seen[0]?.body))
    expect(form).toMatchObject({ grant_type: 'authorization_code', code: 'code-1', code_verifier: 'verifier-1' })
    expect(form).not.toHaveProperty('client_secret')
    expect(result?.account).toEqual({ id: 'p1.t', name: 'operator@demo.example' })
    const credential = microsoft.credential.parse(result?.credential)
    expect(credential.msalCache).toContain('refresh-1')
    expect(credential).not.toHaveProperty('accessToken')
    expect(credential.clientSecret).toBeDefined()
    expect(microsoft.signIn?.account?.(credential)).toEqual(result?.account)
  })

  it('adds the secret only where Entra asks for it', async () => {
    const wants = { error: 'invalid_client', error_description: 'AADSTS7000218: The request body must contain client_secret.' }
    const { seen } = await redeem(appOnly(), ({ body }) => (body.includes('client_secret') ? grant() : json(wants, 401)))
    expect(seen).toHaveLength(2)
    await expect(redeem(ids, () => json(wants, 401))).rejects.toMatchObject({ failure: { code: 'AADSTS7000218' } })
  })

  it('is not done without a refresh token', async () => {
    const answer = () => grant({ refresh_token: undefined })
    await expect(redeem(ids, answer)).rejects.toMatchObject({ failure: { kind: 'unauthorized' } })
  })

  it('posts with the kept account, and renews and stores it once it is due', async () => {
    const { result } = await redeem(ids, () => grant())
    const credential = microsoft.credential.parse(result?.credential)
    const held = world(credential, posted)
    await held.run('teams.message.send', post)
    expect(held.seen).toHaveLength(1)

    const expired = (credential.msalCache ?? '').replace(/"expires_on":"\d+"/, '"expires_on":"1"')
    const renewing = ({ url }: Seen) => (url.includes('/oauth2/') ? grant({ refresh_token: 'refresh-2' }) : posted())
    const due = world({ ...credential, msalCache: expired }, renewing)
    await Promise.all([due.run('teams.message.send', post), due.run('teams.message.send', post)])
    expect(due.seen.filter(({ url }) => url.includes('/oauth2/'))).toHaveLength(1)
    expect(due.stored).toHaveLength(1)
    expect(JSON.stringify(due.stored[0])).toContain('refresh-2')
  })

  it('keeps the stored refresh token when a renewal brings none', async () => {
    const { result } = await redeem(ids, () => grant())
    const credential = microsoft.credential.parse(result?.credential)
    const expired = (credential.msalCache ?? '').replace(/"expires_on":"\d+"/, '"expires_on":"2"')
    const renewing = ({ url }: Seen) => (url.includes('/oauth2/') ? grant({ refresh_token: undefined }) : posted())
    const due = world({ ...credential, msalCache: expired }, renewing)
    await due.run('teams.message.send', post)
    expect(JSON.stringify(due.stored[0])).toContain('refresh-1')
  })

  it('takes over tokens that were obtained elsewhere', async () => {
    const pasted = { ...ids, accessToken: 'opaque', refreshToken: 'pasted-refresh', expiresAt: '2026-11-23T07:00:00Z' }
    const renewing = ({ url }: Seen) => (url.includes('/oauth2/') ? grant() : posted())
    const { seen, stored, run } = world(microsoft.credential.parse(pasted) as never, renewing)
    await run('teams.message.send', post)
    expect(new URLSearchParams(seen[0]?.body).get('refresh_token')).toBe('pasted-refresh')
    expect(stored[0]).toMatchObject({ msalCache: expect.stringContaining('refresh-1') })
    expect(stored[0]).not.toHaveProperty('refreshToken')
  })

  it('says to sign in again when Microsoft has ended it', async () => {
    const pasted = { ...ids, refreshToken: 'dead' }
    const gone = { error: 'invalid_grant', error_description: 'AADSTS700082: The refresh token has expired due to inactivity.' }
    const { failureOf } = world(pasted, () => json(gone, 400))
    expect(await failureOf('teams.message.send', post)).toMatchObject({ kind: 'unauthorized', code: 'AADSTS700082' })
    const broken = world({ ...ids, msalCache: 'not json' }, posted)
    expect(await broken.failureOf('teams.message.send', post)).toMatchObject({ kind: 'unauthorized' })
  })
})
