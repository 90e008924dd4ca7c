import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { measureFile } from './measure.ts'

const folder = mkdtempSync(join(tmpdir(), 'atlas-measure-'))
afterAll(() => rmSync(folder, { recursive: true }))

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

function numbers(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4)
  values.forEach((value, at) => {
    buffer.writeInt32BE(value, at * 4)
  })
  return buffer
}

const one = 0x10000
const upright = [one, 0, 0, 0, one, 0, 0, 0, 0x40000000]
const turned = [0, one, 0, -one, 0, 0, 0, 0, 0x40000000]

function trackHeader(matrix: number[], width: number, height: number): Buffer {
  return box('trak', box('tkhd', numbers(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...matrix, width * one, height * one)))
}

const brand = box('ftyp', Buffer.from('isom'), numbers(512), Buffer.from('isomiso2mp41'))
const movie = (track: Buffer) => box('moov', box('mvhd', numbers(0, 0, 0, 1_000, 12_500), Buffer.alloc(80)), track)

async function measure(bytes: Buffer, told = '') {
  const path = join(folder, 'file')
  writeFileSync(path, bytes)
  return measureFile(path, told)
}

test('a video is measured, wherever its index lies', async () => {
  const facts = { contentType: 'video/mp4', width: 1_920, height: 1_080, seconds: 12.5 }
  const track = trackHeader(upright, 1_920, 1_080)
  expect(await measure(Buffer.concat([brand, movie(track), box('mdat', Buffer.alloc(64))]))).toEqual(facts)
  expect(await measure(Buffer.concat([brand, box('mdat', Buffer.alloc(1_000_000)), movie(track)]))).toEqual(facts)
})

test('a video that is shown on its side is measured as it is shown', async () => {
  const measured = await measure(Buffer.concat([brand, movie(trackHeader(turned, 1_920, 1_080))]))
  expect(measured).toMatchObject({ width: 1_080, height: 1_920 })
})

test('an index that breaks off or lies about its size is no reason to fail', async () => {
  const whole = Buffer.concat([brand, movie(trackHeader(upright, 1, 1))])
  for (let length = brand.length; length < whole.length; length += 7) {
    expect(await measure(whole.subarray(0, length))).toMatchObject({ contentType: 'video/mp4' })
  }
  const liar = Buffer.concat([brand, numbers(1), Buffer.from('moov'), numbers(0, 0), Buffer.alloc(32)])
  expect(await measure(liar)).toEqual({ contentType: 'video/mp4' })
})

test('text is known by holding nothing else, and keeps the kind it was called', async () => {
  expect(await measure(Buffer.from('a,b\n1,2'), 'text/csv')).toEqual({ contentType: 'text/csv' })
  expect(await measure(Buffer.from('<script>'), 'text/html')).toEqual({ contentType: 'text/plain' })
  expect(await measure(Buffer.from([0, 1, 2, 255]), 'image/png')).toEqual({ contentType: 'application/octet-stream' })
})
