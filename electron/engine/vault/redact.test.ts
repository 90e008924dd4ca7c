import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { createRedactor } from './redact.ts'

const secret = 'p@ss/w0rd+"quoted"=\n~ok'
const bytes = Buffer.from(secret)
const forms: Record<string, string> = {
  raw: secret,
  base64: bytes.toString('base64'),
  'base64 without padding': bytes.toString('base64').replace(/=+$/, ''),
  base64url: bytes.toString('base64url'),
  'URL-encoded': encodeURIComponent(secret),
  'form-encoded': new URLSearchParams({ q: secret }).toString().slice(2),
  'JSON-escaped': JSON.stringify(secret).slice(1, -1),
}

test.each(Object.entries(forms))('blanks a known secret: %s', (_name, form) => {
  const redactor = createRedactor()
  redactor.add({ nested: [{ clientSecret: secret }] })
  expect(redactor.redact(`before ${form} after ${form}`)).toBe('before [secret] after [secret]')
})

test.each([
  'authorization: Bearer abcdef.ghijkl-123456',
  'authorization: Basic dXNlcjpwYXNzd29yZA==',
  'https://api.telegram.org/bot123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/getMe',
  'xoxb-1234567890-abcdefghij',
  're_abcdefgh12345678',
  'sk_live_abcdefgh12345678',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
  '-----BEGIN PRIVATE KEY-----\\nMC4CAQAwBQYDK2Vw\\n-----END PRIVATE KEY-----',
])('blanks by its shape what nobody registered: %s', (text) => {
  const tail = text.slice(-14, -6)
  expect(createRedactor().redact(text)).toContain('[secret]')
  if (!text.includes('telegram')) expect(createRedactor().redact(text)).not.toContain(tail)
})

test('leaves ordinary lines and short values alone', () => {
  const redactor = createRedactor()
  redactor.add(['abc', '', secret])
  expect(redactor.redact('an ordinary line with abc in it')).toBe('an ordinary line with abc in it')
})

test('leaves nothing of a longer secret that begins like a shorter one', () => {
  const redactor = createRedactor()
  redactor.add(['abcdef', 'abcdef-and-more'])
  expect(redactor.redact('x abcdef-and-more x abcdef x')).toBe('x [secret] x [secret] x')
})

test('takes any string for a secret and finds it wherever it stands', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 6 }), fc.string(), (value, around) => {
      const redactor = createRedactor()
      redactor.add(value)
      expect(redactor.redact(`${around}${value.toWellFormed()}${around}`)).toContain('[secret]')
    }),
  )
})

test('looks a line through as fast for thousands of secrets as for none', () => {
  const redactor = createRedactor()
  redactor.add(Array.from({ length: 3_000 }, (_, at) => `secret-number-${at}-${at * 7919}`))
  const line = JSON.stringify({ level: 30, message: 'an ordinary line of the log', id: '018f3c', tenant: 'demo', tookMs: 12 })
  const begunAt = performance.now()
  for (let at = 0; at < 1_000; at += 1) redactor.redact(line)
  expect(performance.now() - begunAt).toBeLessThan(1_000)
})

test('no line of the log holds a secret, wherever an error carried it', () => {
  const redactor = createRedactor()
  redactor.add([secret])
  const lines: string[] = []
  const log = createLog({ redactor, level: 'info', write: (line) => lines.push(line) })
  const error = new Error(`GET https://example.com/?key=${encodeURIComponent(secret)} failed`, {
    cause: new Error(`the header was Bearer ${bytes.toString('base64')}`),
  })
  log.error({ error: Object.assign(error, { request: { headers: { authorization: secret } } }) }, `could not send ${secret}`)
  log.info({ detail: secret }, 'told')
  const text = lines.join('')
  expect(lines).toHaveLength(2)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: { message: expect.stringContaining('[secret]') } })
  for (const form of Object.values(forms)) expect(text).not.toContain(form)
  expect(text).not.toContain('headers')
})

test('an unknown log level is info', () => {
  const lines: string[] = []
  const log = createLog({ redactor: createRedactor(), level: 'shout', write: (line) => lines.push(line) })
  log.info({}, 'told')
  expect(lines).toHaveLength(1)
})

test('a log that is to be silent says nothing', () => {
  const lines: string[] = []
  const log = createLog({ redactor: createRedactor(), level: 'silent', write: (line) => lines.push(line) })
  log.error({}, 'told to nobody')
  expect(lines).toEqual([])
})
