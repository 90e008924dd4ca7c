import { expect, test } from 'vitest'
import { AppError } from '#shared/failure'
import { makeCall } from '../../kit/make-call.ts'
import { supabase } from './manifest.ts'
import { rejects } from './refusals.ts'

interface Seen {
  method: string
  path: string
  headers: Headers
  body: string
}

/** A call whose answers are given in turn, with what was asked. */
function trial(answers: readonly (() => Response)[], more: { tenant?: string; url?: string; endpoint?: string } = {}) {
  const seen: Seen[] = []
  const left = [...answers]
  const { call } = makeCall({
    provider: supabase,
    tenant: more.tenant ?? 'acme',
    credential: { serviceRoleKey: 'sb_secret_of_the_tests_only' },
    settings: supabase.settings.parse(more.url === '' ? {} : { url: more.url ?? 'https://abc.supabase.co' }) as never,
    endpoint: more.endpoint,
    repeat: 'keyed',
    key: 'job-1',
    signal: new AbortController().signal,
    async rawFetch(request) {
      const { pathname, origin } = new URL(request.url)
      seen.push({ method: request.method, path: origin + pathname, headers: request.headers, body: await request.text() })
      const answer = left.shift()
      if (!answer) throw new Error('nothing more was expected')
      return answer()
    },
    now: () => 0,
    beforeEffect: async () => undefined,
    remember: async () => undefined,
    replaceCredential: async () => undefined,
    patchSettings: async () => undefined,
    conversations: async () => [],
  })
  const run = (input: object) => supabase.actions['file.upload']?.run(input, call as never)
  return { run, seen }
}

const json =
  (body: unknown, status = 200) =>
  () =>
    Response.json(body, { status })
const refused = (code: string) => json({ statusCode: '400', error: code, message: code, code }, 400)
const stored = json({ Key: 'kb_uploads/tenants/acme/a.txt', Id: '1' })
const hello = { path: 'a.txt', contentBase64: 'SGVsbG8=', contentType: 'text/plain' }

test('a small file is one POST of its bytes, with the key twice, its type and its job', async () => {
  const { run, seen } = trial([stored])
  await run(hello)
  expect(seen).toHaveLength(1)
  const [{ method, path, headers, body } = {} as Seen] = seen
  expect(`${method} ${path}`).toBe('POST https://abc.supabase.co/storage/v1/object/kb_uploads/tenants/acme/a.txt')
  expect(body).toBe('Hello')
  expect(headers.get('content-type')).toBe('text/plain')
  expect(headers.get('x-upsert')).toBe('false')
  expect(headers.get('authorization')).toBe('Bearer sb_secret_of_the_tests_only')
  expect(headers.get('apikey')).toBe('sb_secret_of_the_tests_only')
  expect(JSON.parse(atob(headers.get('x-metadata') ?? ''))).toEqual({ job: 'job-1' })
})

test('a bucket that is not there is made, private, and the file sent again', async () => {
  const { run, seen } = trial([refused('NoSuchBucket'), json({ name: 'kb_uploads' }), stored])
  await run(hello)
  expect(seen.map(({ path }) => path.split('/storage/v1')[1])).toEqual([
    '/object/kb_uploads/tenants/acme/a.txt',
    '/bucket',
    '/object/kb_uploads/tenants/acme/a.txt',
  ])
  expect(JSON.parse(seen[1]?.body ?? '')).toMatchObject({ id: 'kb_uploads', name: 'kb_uploads', public: false })
})

test('a file that this job stored before, its answer lost, is taken as stored', async () => {
  const info = json({ id: '1', name: 'a.txt', metadata: { job: 'job-1' } })
  const { run } = trial([refused('KeyAlreadyExists'), info])
  await expect(run(hello)).resolves.toMatchObject({ path: 'a.txt' })
})

test('somebody else’s file of that name is never replaced', async () => {
  const info = json({ id: '1', name: 'a.txt', metadata: { job: 'job-0' } })
  const { run } = trial([refused('KeyAlreadyExists'), info])
  await expect(run(hello)).rejects.toMatchObject({ failure: { kind: 'conflict' } })
})

test.each(['', '../other', 'a/b'])('the tenant %j has no folder to write to, and nothing is sent', async (tenant) => {
  const { run, seen } = trial([], { tenant })
  await expect(run(hello)).rejects.toThrow(AppError)
  expect(seen).toEqual([])
})

test('without a project nothing is sent anywhere', async () => {
  const { run, seen } = trial([], { url: '' })
  await expect(run(hello)).rejects.toThrow(/Project URL/)
  expect(seen).toEqual([])
})

test('the setting endpoint moves the project', async () => {
  const { run, seen } = trial([stored], { url: '', endpoint: 'http://127.0.0.1:9/base' })
  await run(hello)
  expect(seen[0]?.path).toBe('http://127.0.0.1:9/base/storage/v1/object/kb_uploads/tenants/acme/a.txt')
})

test.each([
  ['AccessDenied', 'Invalid Compact JWS', 'unauthorized'],
  ['AccessDenied', 'new row violates row-level security policy', 'forbidden'],
  ['InvalidJWT', '"exp" claim timestamp check failed', 'unauthorized'],
  ['NoSuchKey', 'Object not found', 'not_found'],
  ['KeyAlreadyExists', 'The resource already exists', 'conflict'],
  ['EntityTooLarge', 'The object exceeded the maximum allowed size', 'rejected'],
  ['DatabaseReadOnly', 'read-only', 'quota'],
  ['SlowDown', 'Slow down', 'rate_limited'],
  ['DatabaseTimeout', 'timed out', 'unavailable'],
])('HTTP 400 with %s (%s) is %s', (code, message, kind) => {
  const url = new URL('https://abc.supabase.co/storage/v1/object/x')
  const answer = { url, method: 'POST', status: 400, headers: new Headers(), body: { statusCode: '400', code, message } }
  expect(rejects(answer)).toMatchObject({ kind, code })
})

test('a key for browsers is refused before it is stored', () => {
  const anon = `x.${btoa(JSON.stringify({ role: 'anon' }))}.yyyyyyyyyyyyyyyyyyyy`
  for (const serviceRoleKey of ['sb_publishable_0123456789abcdef', anon]) {
    expect(supabase.credential.safeParse({ serviceRoleKey }).success).toBe(false)
  }
})
