import { describe, expect, test } from 'vitest'
import type { MediaFile } from '../../kit/call.ts'
import { type Answering, wire } from '../../kit/test-wire.ts'
import { google } from './manifest.ts'

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`
const credential = { clientId: 'c.apps.googleusercontent.com', accessToken: 'ya29.x' }
const mebibyte = 1_048_576
const refused = (status: number, reason: string) =>
  Response.json({ error: { code: status, message: `about ${reason}`, errors: [{ reason }] } }, { status })

function fileOf(sizeBytes: number): MediaFile {
  return {
    kind: 'video',
    contentType: 'video/mp4',
    sizeBytes,
    filename: 'clip.mp4',
    read: async (start = 0, end = sizeBytes) => new Uint8Array(end - start),
    lend: async () => 'https://x.example/a.mp4',
  }
}

describe('an event', () => {
  const input = { title: 'Stand-up', start: '2026-12-01T09:00:00Z', end: '2026-12-01T09:15:00Z' }

  test('carries an id made of its job, so that one made before is a success', async () => {
    const answer: Answering = ({ method, url }) =>
      method === 'POST' ? refused(409, 'duplicate') : Response.json({ id: url.pathname.split('/').at(-1), summary: 'Stand-up' })
    const { sent, run } = wire(google, answer, { credential })
    const output = await run('calendar.event.create', input)
    const id = sent[0]?.json?.id
    expect(output).toMatchObject({ id, title: 'Stand-up' })
    expect(id).toMatch(/^[a-v0-9]{5,1024}$/)
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      'POST /calendar/v3/calendars/primary/events',
      `GET /calendar/v3/calendars/primary/events/${id}`,
    ])
    expect(sent[0]?.json).toEqual({
      id,
      summary: 'Stand-up',
      start: { dateTime: input.start },
      end: { dateTime: input.end },
    })
  })
})

describe('a mail', () => {
  const letter = { to: ['a@example.com', 'b@example.com'], subject: 'Grüße', text: 'Hi', bcc: 'hidden@example.com' }
  const answer: Answering = ({ url }) =>
    Response.json(url.pathname === '/oauth2/v3/userinfo' ? { sub: '1', email: 'me@example.com' } : { id: 'm1', threadId: 't1' })

  test('is composed here and goes out from the account, under the name of the agent', async () => {
    const agent = { id: 'cheryl', name: 'Cheryl', email: undefined }
    const { sent, run } = wire(google, answer, { credential, agent, key: 'job-7' })
    expect(await run('mail.send', { ...letter, html: '<p>Hi</p>' })).toEqual({ id: 'm1', threadId: 't1' })
    expect(sent.at(-1)?.url.href).toBe('https://gmail.googleapis.com/gmail/v1/users/me/messages/send')
    expect(Object.keys(sent.at(-1)?.json ?? {})).toEqual(['raw'])
    const raw = Buffer.from(`${sent.at(-1)?.json?.raw}`, 'base64url').toString()
    expect(raw).toMatch(/^From: Cheryl <me@example.com>\r$/m)
    expect(raw).toMatch(/^To: a@example.com, b@example.com\r$/m)
    expect(raw).toMatch(/^Bcc: hidden@example.com\r$/m)
    expect(raw).toMatch(/^Message-ID: <job-7@atlas-ux.invalid>\r$/m)
    expect(raw).toMatch(/^Subject: =\?UTF-8\?/m)
  })

  test('that is large goes by the upload address', async () => {
    const contentBase64 = Buffer.alloc(2_900_000).toString('base64')
    const attachments = [{ filename: 'a.bin', contentBase64 }]
    const { sent, run } = wire(google, answer, { credential, settings: { from: 'alias@example.com' } })
    await run('mail.send', { ...letter, attachments })
    expect(sent).toHaveLength(1)
    expect(sent[0]?.url.href).toBe('https://gmail.googleapis.com/upload/gmail/v1/users/me/messages/send?uploadType=media')
    expect(sent[0]?.headers.get('content-type')).toBe('message/rfc822')
    expect(sent[0]?.text.slice(0, 200)).toContain('From: alias@example.com')
  })

  test('whose answer was lost is unknown', async () => {
    const lost: Answering = (sent, number) =>
      sent.url.pathname.endsWith('/send') ? Promise.reject(new TypeError('x')) : answer(sent, number)
    const { failureOf } = wire(google, lost, { credential })
    expect(await failureOf('mail.send', letter)).toMatchObject({ kind: 'unknown' })
  })
})

describe('a file', () => {
  test('that is large goes in pieces; where Google took less, it goes on there', async () => {
    const starts: string[] = []
    const answer: Answering = ({ method, url, headers }) => {
      if (url.pathname.endsWith('generateIds')) return Response.json({ ids: ['f1'] })
      if (method === 'POST') {
        const location = 'https://www.googleapis.com/upload/drive/v3/files?uploadType=resumable&upload_id=u1'
        return new Response('', { headers: { location } })
      }
      starts.push(headers.get('content-range') ?? '')
      if (starts.length === 1) return new Response('', { status: 308, headers: { range: `bytes=0-${4 * mebibyte - 1}` } })
      return Response.json({ id: 'f1', name: 'clip.mp4', size: '10' })
    }
    const { sent, remembered, run } = wire(google, answer, { credential, media: [fileOf(10 * mebibyte)] })
    expect(await run('drive.file.upload', { media: { file: 'x' } })).toMatchObject({ id: 'f1' })
    expect(starts).toEqual([
      `bytes 0-${8 * mebibyte - 1}/${10 * mebibyte}`,
      `bytes ${4 * mebibyte}-${10 * mebibyte - 1}/${10 * mebibyte}`,
    ])
    expect(sent[1]?.json).toEqual({ id: 'f1', name: 'clip.mp4', mimeType: 'video/mp4' })
    expect(remembered).toEqual([{ id: 'f1' }])
  })

  test('keeps its id over attempts, and one that is there already is a success', async () => {
    const answer: Answering = ({ method }) =>
      method === 'POST' ? refused(409, 'fileIdInUse') : Response.json({ id: 'f1', name: 'notes.txt' })
    const { sent, run } = wire(google, answer, { credential, progress: { id: 'f1' } })
    expect(await run('drive.file.upload', { name: 'notes.txt', contentBase64: 'SGVsbG8=' })).toMatchObject({ id: 'f1' })
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      'POST /upload/drive/v3/files',
      'GET /drive/v3/files/f1',
    ])
  })
})

test('what was left unticked is told per action, and refused before anything is sent', async () => {
  const granted = { ...credential, scopes: ['openid', scope('calendar.events')] }
  const { check } = wire(google, () => Response.json({ sub: '1', email: 'me@example.com' }), { credential: granted })
  const { unavailable = {} } = await check()
  expect(Object.keys(unavailable).sort()).toEqual(['drive.file.upload', 'drive.files.list', 'mail.send'])
  expect(google.actions['mail.send']?.refuses?.(granted, google.settings.parse({}))).toMatchObject({ kind: 'forbidden' })
  expect(google.actions['calendar.event.create']?.refuses?.(granted, google.settings.parse({}))).toBeUndefined()
})

test('the scopes asked for are those that are switched on', () => {
  const settings = google.settings.parse({ calendar: 'readonly', gmail: 'off', drive: 'off' })
  expect(google.signIn?.scopesFor?.(settings)).toEqual(['openid', 'email', 'profile', scope('calendar.readonly')])
})

test.each([
  [403, 'insufficientPermissions', 'forbidden'],
  [403, 'accessNotConfigured', 'forbidden'],
  [403, 'userRateLimitExceeded', 'rate_limited'],
  [403, 'quotaExceeded', 'quota'],
  [403, 'storageQuotaExceeded', 'quota'],
  [401, 'authError', 'unauthorized'],
  [404, 'notFound', 'not_found'],
])('%i %s is %s', async (status, reason, kind) => {
  const { failureOf } = wire(google, () => refused(status, reason), { credential })
  expect(await failureOf('drive.files.list', {})).toMatchObject({ kind })
})
