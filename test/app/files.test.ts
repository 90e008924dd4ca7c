import { hash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorToken, type RunningApp, runApp, settled } from './running-app.ts'

let running: RunningApp
beforeAll(async () => {
  running = await runApp()
})
afterAll(() => running.stop())

/** A real PNG of one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

async function sendBytes(path: string, bytes: Uint8Array<ArrayBuffer>, type = 'text/plain') {
  const response = await fetch(running.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorToken}`, 'x-tenant-id': 'demo', 'content-type': type },
    body: bytes,
  })
  return { status: response.status, body: (await response.json()) as { id: string; error?: { kind: string } } }
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const fault = (name: string, active: boolean) =>
  running.ask('PUT', '/v1/sandbox/faults', { body: { provider: 'supabase', fault: name, active } })
const names = async (folder = '') =>
  ((await running.ask('GET', `/v1/files?folder=${folder}`)).body as { items: { name: string }[] }).items.map(({ name }) => name)

describe('files', () => {
  test('a file with any name goes up, is listed, linked, renamed and deleted', async () => {
    const { status, body } = await sendBytes(
      `/v1/files?path=${encodeURIComponent('Ablage/Übersicht 100%.txt')}`,
      utf8('Guten Tag'),
    )
    expect(status).toBe(201)
    expect(await settled(running, body.id)).toMatchObject({ state: 'succeeded', result: { path: 'Ablage/Übersicht 100%.txt' } })
    expect(await names('Ablage')).toEqual(['Übersicht 100%.txt'])

    const path = encodeURIComponent('Ablage/Übersicht 100%.txt')
    const link = (await running.ask('GET', `/v1/files/url?path=${path}&expiresIn=60`)).body as { url: string }
    expect(await (await fetch(link.url)).text()).toBe('Guten Tag')
    expect((await running.ask('GET', `/v1/files/preview?path=${path}`)).body).toEqual({
      contentType: 'text/plain',
      contentBase64: Buffer.from('Guten Tag').toString('base64'),
    })

    await running.ask('POST', '/v1/files/move', { body: { from: 'Ablage/Übersicht 100%.txt', to: 'Ablage/neu.txt' } })
    expect(await names('Ablage')).toEqual(['neu.txt'])
    expect((await running.ask('DELETE', '/v1/files?path=Ablage/neu.txt')).body).toEqual({ deleted: ['Ablage/neu.txt'] })
    expect((await running.ask('DELETE', '/v1/files?path=Ablage/neu.txt')).status).toBe(404)
    expect(await names('Ablage')).toEqual([])
  })

  test('what is there is not replaced unless told', async () => {
    await settled(running, (await sendBytes('/v1/files?path=once.txt', utf8('1'))).body.id)
    const second = await settled(running, (await sendBytes('/v1/files?path=once.txt', utf8('2'))).body.id)
    expect(second).toMatchObject({ state: 'failed', failure: { kind: 'conflict' } })
    const third = await sendBytes('/v1/files?path=once.txt&overwrite=true', utf8('3'))
    expect(await settled(running, third.body.id)).toMatchObject({ state: 'succeeded' })
  })

  test('a large file goes up in pieces, and after a break goes on where it stopped', async () => {
    const bytes = new Uint8Array(13 * 1024 * 1024).map((_, at) => at % 251)
    await fault('breaks_off', true)
    const { body } = await sendBytes('/v1/files?path=large.bin', bytes, 'application/octet-stream')
    const failedOnce = async () => ((await running.ask('GET', `/v1/jobs/${body.id}`)).body as { attempts: number }).attempts > 0
    await expect.poll(failedOnce, { timeout: 20_000 }).toBe(true)
    await fault('breaks_off', false)
    expect(await settled(running, body.id)).toMatchObject({
      state: 'succeeded',
      result: { inPieces: true, sizeBytes: bytes.length },
    })
    const link = (await running.ask('GET', '/v1/files/url?path=large.bin')).body as { url: string }
    const read = new Uint8Array(await (await fetch(link.url)).arrayBuffer())
    expect(Buffer.compare(read, bytes)).toBe(0)
  }, 40_000)

  test('usage is a sum over all folders', async () => {
    const { body } = await running.ask('GET', '/v1/files/usage')
    expect(body).toMatchObject({ complete: true, quotaBytes: 1_000_000_000 })
    expect((body as { files: number }).files).toBeGreaterThanOrEqual(2)
  })

  test('a file that waits in an order is not deleted without being told of it', async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString()
    const input = { provider: 'supabase', action: 'file.url', input: { path: 'once.txt' } }
    await running.ask('POST', '/v1/jobs', { body: { kind: 'ACTION_RUN', input, runAt: later } })
    const refused = await running.ask('DELETE', '/v1/files?path=once.txt')
    expect(refused).toMatchObject({ status: 409, body: { error: { message: expect.stringContaining('Link to once.txt') } } })
    expect((await running.ask('DELETE', '/v1/files?path=once.txt&anyway=true')).status).toBe(200)
  })

  test('a tenant without storage is told what to connect', async () => {
    const { body } = await running.ask('POST', '/v1/tenants', { body: { name: 'Bare' } })
    const { id } = body as { id: string }
    const answer = await running.ask('GET', '/v1/files', { headers: { 'x-tenant-id': id } })
    expect(answer).toMatchObject({ status: 401, body: { error: { action: { label: 'Connect' } } } })
  })
})

describe('the media tray', () => {
  test('a picture is measured by its bytes, whatever it calls itself, and lies where only its operator reads it', async () => {
    const { status, body } = await sendBytes('/v1/media?filename=a.txt&alt=A%20dot', png, 'text/plain')
    expect(status).toBe(201)
    expect(body).toMatchObject({ contentType: 'image/png', width: 1, height: 1, sizeBytes: png.length, alt: 'A dot' })
    const folder = join(running.dataDir, 'media', 'demo')
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0)
    expect((await running.ask('DELETE', `/v1/media/${body.id}`)).body).toEqual({ removed: true })
    expect(readdirSync(folder)).not.toContain(hash('sha256', png, 'hex'))
  })

  test('the same content twice is kept until both are removed', async () => {
    const [one, two] = [await sendBytes('/v1/media?filename=1.png', png), await sendBytes('/v1/media?filename=2.png', png)]
    await running.ask('DELETE', `/v1/media/${one.body.id}`)
    const [opened] = await running.app.reach.openMedia.media('demo', [{ file: two.body.id }], AbortSignal.timeout(5_000))
    expect(Buffer.from((await opened?.read()) ?? []).equals(png)).toBe(true)
  })

  test('media is lent from the tenant’s own storage, and taken back', async () => {
    const { body } = await sendBytes('/v1/media?filename=lent.png', png)
    const [opened] = await running.app.reach.openMedia.media('demo', [{ file: body.id, alt: 'Dot' }], AbortSignal.timeout(5_000))
    expect(opened).toMatchObject({ kind: 'image', width: 1, alt: 'Dot' })
    const url = (await opened?.lend()) ?? ''
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(png)).toBe(true)
    running.app.foundation.database.sqlite.prepare('UPDATE lent_files SET until = 0').run()
    await running.app.reach.lending.sweep()
    expect((await fetch(url)).status).toBe(400)
  })

  test('media is opened from the storage by its path', async () => {
    await settled(running, (await sendBytes('/v1/files?path=pics/dot.png', png, 'image/png')).body.id)
    const [opened] = await running.app.reach.openMedia.media('demo', [{ path: 'pics/dot.png' }], AbortSignal.timeout(5_000))
    expect(opened).toMatchObject({ kind: 'image', contentType: 'image/png', width: 1, filename: 'dot.png' })
  })

  test('media that waits in an order is not removed', async () => {
    const { body } = await sendBytes('/v1/media?filename=kept.png', png)
    const runAt = new Date(Date.now() + 3_600_000).toISOString()
    const order = { kind: 'FILE_UPLOAD', input: { path: 'kept.png', file: body.id }, runAt }
    await running.ask('POST', '/v1/jobs', { body: order })
    const refused = await running.ask('DELETE', `/v1/media/${body.id}`)
    expect(refused).toMatchObject({ status: 409, body: { error: { message: expect.stringContaining('Upload kept.png') } } })
  })

  test('a post that names what is not there is refused before it is an order', async () => {
    const input = { platform: 'x', text: 'Hi', media: [{ file: 'nothing' }] }
    const { status, body } = await running.ask('POST', '/v1/jobs', { body: { kind: 'SOCIAL_POST', input } })
    expect({ status, body }).toMatchObject({ status: 404, body: { error: { message: expect.stringContaining('media tray') } } })
  })

  test('without storage, lending is refused with what to connect', async () => {
    const { body } = await running.ask('POST', '/v1/tenants', { body: { name: 'Poor' } })
    const { id } = body as { id: string }
    const tray = running.app.reach.tray
    const bytes = (async function* () {
      yield png
    })()
    const row = await tray.add(id, { purpose: 'media', filename: 'a.png' }, bytes, { kind: 'operator', id: 'test' })
    const [opened] = await running.app.reach.openMedia.media(id, [{ file: row.id }], AbortSignal.timeout(5_000))
    await expect(opened?.lend()).rejects.toThrow(/Connect Supabase/)
  })
})
