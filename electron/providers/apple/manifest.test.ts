import { describe, expect, test } from 'vitest'
import { wire } from '../../kit/test-wire.ts'
import { apple } from './manifest.ts'

const person = { containerId: 'iCloud.com.example.app', apiToken: 'api+/=', webAuthToken: 'web+/=1' }
const saved = { records: [{ recordName: 'r1', recordType: 'Note', fields: { title: { value: 'Bread', type: 'STRING' } } }] }
const answered = (body: unknown, token?: string) =>
  Response.json(body, token === undefined ? {} : { headers: { 'x-apple-cloudkit-web-auth-token': token } })

describe('a record', () => {
  test('is written under the name of the job, in the person’s own database', async () => {
    const { sent, run } = wire(apple, () => answered(saved), { credential: person, key: 'job-1' })
    expect(await run('record.save', { recordType: 'Note', fields: { title: 'Bread' } })).toMatchObject({
      fields: { title: 'Bread' },
    })
    expect(sent[0]?.url.pathname).toBe('/database/1/iCloud.com.example.app/development/private/records/modify')
    expect(sent[0]?.url.searchParams.get('ckWebAuthToken')).toBe('web+/=1')
    const record = { recordName: 'atlas-job-1', recordType: 'Note', fields: { title: { value: 'Bread' } } }
    expect(sent[0]?.json).toEqual({ operations: [{ operationType: 'forceUpdate', record }] })
  })

  test('that is refused inside a good answer is no success', async () => {
    const body = { records: [{ recordName: 'r1', serverErrorCode: 'ZONE_NOT_FOUND', reason: 'Zone does not exist' }] }
    const { failureOf } = wire(apple, () => answered(body), { credential: person })
    expect(await failureOf('record.save', { recordType: 'Note', fields: {} })).toMatchObject({ kind: 'not_found' })
  })
})

test('the token that comes with an answer takes the place of the one that was used', async () => {
  const { sent, stored, run } = wire(apple, () => answered(saved, 'web-2'), { credential: person })
  await run('record.save', { recordType: 'Note', fields: {} })
  expect(stored).toEqual([{ ...person, webAuthToken: 'web-2' }])
  expect(sent).toHaveLength(1)
})

test('whoever has to sign in is told where', async () => {
  const redirectURL = 'https://idmsa.apple.com/IDMSWebAuth/auth'
  const body = { uuid: 'u', serverErrorCode: 'AUTHENTICATION_REQUIRED', reason: 'request needs authorization', redirectURL }
  const { check } = wire(apple, () => Response.json(body, { status: 421 }), {
    credential: { ...person, webAuthToken: undefined },
  })
  await expect(check()).rejects.toMatchObject({ failure: { kind: 'unauthorized', action: { href: redirectURL } } })
})

test('without any key nothing is asked', async () => {
  const { sent, check } = wire(apple, () => answered({}), { credential: { containerId: 'iCloud.com.example.app' } })
  await expect(check()).rejects.toMatchObject({ failure: { kind: 'unauthorized', code: 'no_key' } })
  expect(sent).toEqual([])
})
