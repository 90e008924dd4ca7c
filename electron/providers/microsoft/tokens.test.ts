import { describe, expect, it, vi } from 'vitest'
import { accepted, appOnly, json, letter, world } from './test-world.ts'

describe('Entra', () => {
  it.each([
    [7000215, 'unauthorized', 'Value'],
    [7000222, 'unauthorized', 'expired'],
    [700016, 'unauthorized', 'client ID'],
    [90002, 'unauthorized', 'tenant'],
    [65001, 'forbidden', 'consent'],
    [50076, 'unauthorized', 'MFA'],
    [53003, 'forbidden', 'Conditional Access'],
    [99999, 'unauthorized', 'Something else'],
  ])('tells what AADSTS%i means', async (number, kind, told) => {
    const body = {
      error: 'invalid_client',
      error_description: `AADSTS${number}: Something else.\r\nTrace ID: 1`,
      error_codes: [number],
    }
    const { failureOf, sent } = world(appOnly(), () => json(body, 401))
    expect(await failureOf('mail.send', letter)).toMatchObject({
      kind,
      code: `AADSTS${number}`,
      message: expect.stringContaining(told),
    })
    expect(sent()).toHaveLength(0)
  })

  it('names the directory that an application needs', async () => {
    const { failureOf } = world({ ...appOnly(), tenantId: 'common' }, () => accepted())
    expect(await failureOf('mail.send', letter)).toMatchObject({ kind: 'invalid', fields: [{ path: 'credential.tenantId' }] })
  })

  it('calls an answer without a token unexpected, and a dead network unavailable', async () => {
    const empty = world(appOnly(), ({ url }) =>
      url.includes('/oauth2/') ? json({ token_type: 'Bearer', expires_in: 1 }) : undefined,
    )
    expect(await empty.failureOf('mail.send', letter)).toMatchObject({ kind: 'unexpected' })
    const down = world(appOnly(), () => {
      throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' })
    })
    expect(await down.failureOf('mail.send', letter)).toMatchObject({ kind: 'unavailable' })
  })

  it('asks for itself when whoever asked first was stopped', async () => {
    const digests = vi.spyOn(crypto.subtle, 'digest')
    const credential = appOnly()
    const stop = new AbortController()
    const asked = Promise.withResolvers<void>()
    const first = world(
      credential,
      () => {
        asked.resolve()
        return new Promise((_resolve, reject) => stop.signal.addEventListener('abort', () => reject(stop.signal.reason)))
      },
      { signal: stop.signal },
    )
    const second = world(credential, ({ url }) => (url.includes('sendMail') ? accepted() : undefined))
    const stopped = first.failureOf('mail.send', letter)
    await asked.promise
    const sent = second.run('mail.send', letter)
    await expect.poll(() => digests.mock.settledResults.filter(({ type }) => type === 'fulfilled').length).toBe(2)
    digests.mockRestore()
    stop.abort()
    expect((await stopped).kind).toBe('cancelled')
    expect(await sent).toMatchObject({ accepted: true })
    expect(second.seen).toHaveLength(2)
  })
})
