import { expect, test } from 'vitest'
import { createExternalDoor, toExternalUrl } from './external.ts'

const good = [
  ['https://api.slack.com/apps', 'https://api.slack.com/apps'],
  ['https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=1&state=a%20b', undefined],
  ['HTTPS://Dashboard.Stripe.com', 'https://dashboard.stripe.com/'],
  ['https://ghost.intern:2368/ghost', undefined],
  ['http://127.0.0.1:4748/slack/authorize?x=1', undefined],
  ['http://localhost:4748/authorize', undefined],
  ['http://[::1]:4748/authorize', undefined],
  ['https://münchen.example/', 'https://xn--mnchen-3ya.example/'],
] as const

const evil = [
  '',
  ' ',
  'https:',
  'https://',
  'https:/',
  'https:example.com',
  'https:/example.com',
  'https:///example.com',
  'https:\\\\example.com',
  'https:/\\example.com',
  'https://example.com\\@evil.example',
  'https://\\example.com',
  '//example.com',
  'example.com',
  'http://example.com/',
  'http://127.0.0.1.evil.example/',
  'http://localhost.evil.example/',
  'http://127.0.0.2/',
  'http://0.0.0.0/',
  'http://192.168.0.1/',
  'http://[::ffff:127.0.0.1]/',
  'http://localhost@evil.example/',
  'https://user@example.com/',
  'https://user:password@example.com/',
  'https://:password@example.com/',
  'https://stripe.com%00.evil.example/',
  'https://stripe.com\u0000.evil.example/',
  'https://exa mple.com/',
  ' https://example.com/',
  'https://example.com/ ',
  'https://example.com/\n',
  'https://example.com/\tx',
  'ht\ntps://example.com/',
  'https://example.com/\u202Egnp.exe',
  'https://exam\u200Bple.com/',
  'https://example.com/\u00A0',
  '\uFEFFhttps://example.com/',
  'file:///etc/passwd',
  'file://server/share/x.exe',
  '\\\\server\\share\\x.exe',
  'smb://server/share',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'blob:https://example.com/0b1c',
  'vbscript:msgbox(1)',
  'ms-msdt:/id PCWDiagnostic',
  'ms-officecmd:{}',
  'ms-settings:privacy',
  'search-ms:query=x',
  'mailto:somebody@example.com',
  'tel:+123',
  'ftp://example.com/',
  'ssh://example.com/',
  'ws://127.0.0.1/',
  'chrome://settings',
  'about:blank',
  'app://atlas/index.html',
  'atlas-ux://open/jobs',
  'devtools://devtools/bundled/inspector.html',
  'view-source:https://example.com/',
  'steam://run/1',
  'x-apple.systempreferences:',
  'https://[::1',
  'https://example.com:99999/',
  'https://%/',
  `https://example.com/${'a'.repeat(2_048)}`,
]

test.each(good)('opens %s', (text, href) => {
  expect(toExternalUrl(text)).toBe(href ?? text)
})

test.each(evil)('does not open %j', (text) => {
  expect(toExternalUrl(text)).toBeUndefined()
})

test('the door opens what it may, and logs a refusal without the address', async () => {
  const opened: string[] = []
  const logged: unknown[] = []
  const log = { warn: (fields: object, message: string) => logged.push({ ...fields, message }), error: () => undefined }
  const openExternal = createExternalDoor({ open: async (url) => void opened.push(url), log })
  expect(await openExternal('https://example.com/docs')).toBe(true)
  expect(await openExternal('file:///home/secret-token')).toBe(false)
  expect(opened).toEqual(['https://example.com/docs'])
  expect(JSON.stringify(logged)).toContain('"scheme":"file"')
  expect(JSON.stringify(logged)).not.toContain('secret-token')
})

test('a browser that cannot be started is told, not thrown', async () => {
  const errors: string[] = []
  const log = { warn: () => undefined, error: (_fields: object, message: string) => void errors.push(message) }
  const openExternal = createExternalDoor({ open: () => Promise.reject(new Error('no handler')), log })
  expect(await openExternal('https://example.com/')).toBe(false)
  expect(errors).toEqual(["the system's browser could not be opened"])
})
