import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { wire } from '../../kit/test-wire.ts'
import { apple } from './manifest.ts'
import { signedHeaders, toDer } from './sign.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const forms = {
  'PKCS #8': pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  'SEC 1, as openssl ecparam writes it': pair.privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
}
const now = Date.UTC(2026, 10, 23, 9, 0, 0, 123)
const path = '/database/1/iCloud.com.example/development/public/records/query'

test.each(Object.entries(forms))('a signature by a key in %s is one that Apple can verify', async (_name, privateKey) => {
  const body = '{"query":{"recordType":"Note"}}'
  const headers = await signedHeaders({ keyId: 'k1', privateKey }, { path, body, now })
  expect(headers).toMatchObject({
    'x-apple-cloudkit-request-keyid': 'k1',
    'x-apple-cloudkit-request-iso8601date': '2026-11-23T09:00:00Z',
  })
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(body))).toString('base64')
  const message = Buffer.from(`2026-11-23T09:00:00Z:${digest}:${path}`)
  const signature = Buffer.from(headers['x-apple-cloudkit-request-signaturev1'] ?? '', 'base64')
  const key = createPublicKey(pair.publicKey.export({ type: 'spki', format: 'pem' }))
  expect(verify('sha256', message, { key, dsaEncoding: 'der' }, signature)).toBe(true)
  expect(verify('sha256', Buffer.from(`${message}x`), { key, dsaEncoding: 'der' }, signature)).toBe(false)
})

test('numbers of a signature are written as ASN.1 wants them', () => {
  const r = [...Array(30).fill(0), 0x01, 0x02]
  const s = [0x80, ...Array(31).fill(0x05)]
  expect([...toDer(new Uint8Array([...r, ...s]))]).toEqual([0x30, 4 + 35, 0x02, 2, 1, 2, 0x02, 33, 0, ...s])
})

test('a key that cannot be read is told with the way to make one, without its text', async () => {
  const privateKey = '-----BEGIN PRIVATE KEY-----\nY2FuYXJ5\n-----END PRIVATE KEY-----'
  const { failureOf } = wire(apple, () => Response.json({}), {
    credential: { containerId: 'iCloud.a.b', keyId: 'k', privateKey },
  })
  const failure = await failureOf('zones.list', {})
  expect(failure).toMatchObject({ kind: 'unauthorized', code: 'bad_private_key' })
  expect(JSON.stringify(failure)).not.toContain('Y2FuYXJ5')
})
