import { describe, expect, it } from 'vitest'
import { appOnly, exp, graphError, ids, json, personJwt, posting, signedIn, token, world } from './test-world.ts'

describe('check', () => {
  const someone = json.bind(undefined, { id: 'u', displayName: 'Atlas', mail: 'atlas@deadapp.info' })

  it('proves an application by a new token and one read, and says what it cannot do', async () => {
    const { sent, check } = world(appOnly(), ({ url }) => (url.includes('/users/') ? someone() : undefined))
    const result = await check()
    expect(sent()[0]?.url).toBe(
      'https://graph.microsoft.com/v1.0/users/atlas%40deadapp.info?$select=id,displayName,mail,userPrincipalName',
    )
    expect(result.account).toMatchObject({ id: 'contoso.example/client-1' })
    expect(Object.keys(result.unavailable ?? {}).sort()).toEqual(['teams.channels.list', 'teams.list', 'teams.message.send'])
    expect(result.unavailable?.['teams.message.send']?.fix).toContain('ChannelMessage.Send')
  })

  it('takes a refusal to read users as proof of the token, and judges mail by its roles', async () => {
    const { check } = world(appOnly(), ({ url }) =>
      url.includes('/oauth2/')
        ? token(['User.Invite.All'])
        : graphError(403, 'Authorization_RequestDenied', 'Insufficient privileges'),
    )
    expect((await check()).unavailable?.['mail.send']).toMatchObject({ why: expect.stringContaining('Mail.Send') })
  })

  it('says when the sender does not exist', async () => {
    const { check } = world(appOnly(), ({ url }) =>
      url.includes('/users/') ? graphError(404, 'Request_ResourceNotFound', 'Not there') : undefined,
    )
    expect((await check()).unavailable?.['mail.send']?.why).toContain('atlas@deadapp.info')
  })

  it('names the person who signed in, and their scopes and end', async () => {
    const me = () => json({ id: 'p1', userPrincipalName: 'operator@demo.example' })
    const result = await world(signedIn(), me).check()
    expect(result.account).toEqual({ id: 'p1.t', name: 'operator@demo.example' })
    expect(result.scopes).toEqual(posting.split(' '))
    expect(result.expiresAt).toBe(exp * 1_000)
    expect(Object.keys(result.unavailable ?? {})).toEqual(['mail.send'])
  })

  it('keeps mail working when the sign-in beside it has ended', async () => {
    const { check } = world({ ...appOnly(), accessToken: personJwt(posting) }, ({ url }) => {
      if (url.includes('/me?')) return graphError(401, 'InvalidAuthenticationToken', 'Revoked')
      return url.includes('/users/') ? someone() : undefined
    })
    const result = await check()
    expect(Object.keys(result.unavailable ?? {}).sort()).toEqual(['teams.channels.list', 'teams.list', 'teams.message.send'])
  })

  it('says that nothing is there to connect with', async () => {
    await expect(world(ids, () => undefined).check()).rejects.toMatchObject({ failure: { kind: 'unauthorized' } })
  })
})
