/** The replay itself: what was synced is always there, what was not is sometimes not, and torn writes tear at sectors. */
import { expect, test } from 'vitest'
import { crashImages } from './crash-images.ts'
import { type DiskEvent, readTrace } from './disk-trace.ts'
import { createDice } from './scale.ts'

const file = 'data.db'
const write = (at: number, text: string): DiskEvent => ({ what: 'write', file, at, bytes: Buffer.from(text) })
const sync: DiskEvent = { what: 'sync', file }

function contents(events: DiskEvent[], count = 400): Set<string> {
  const images = [...crashImages(new Map(), events, { count, dice: createDice(7) })]
  return new Set(images.filter(({ cutAt }) => cutAt === events.length).map(({ files }) => files.get(file)?.toString() ?? ''))
}

test('what was synced survives every cut, and what came after it only some', () => {
  expect(contents([write(0, 'old'), sync])).toEqual(new Set(['old']))
  expect(contents([write(0, 'old'), sync, write(0, 'new')])).toEqual(new Set(['old', 'new']))
})

test('later writes may reach the disk before earlier ones', () => {
  expect(contents([write(0, 'a'), write(1, 'b')])).toContain('\0b')
})

test('a large write tears at sectors, never within one', () => {
  const bytes = (letter: string) => letter.repeat(1_024)
  const seen = contents([write(0, bytes('o')), sync, write(0, bytes('n'))], 3_000)
  expect(seen).toContain('o'.repeat(512) + 'n'.repeat(512))
  for (const content of seen) expect(content).toMatch(/^(o{512}|n{512}){2}$/)
})

test('what was told is told up to the cut', () => {
  const events: DiskEvent[] = [{ what: 'tell', line: 'one' }, write(0, 'x'), { what: 'tell', line: 'two' }]
  const toldBy = [[], ['one'], ['one'], ['one', 'two']]
  for (const { cutAt, told } of crashImages(new Map(), events, { count: 50, dice: createDice(1) })) {
    expect(told).toEqual(toldBy[cutAt])
  }
})

test('a trace is read in order, by descriptor, and a call it cannot read is an error', () => {
  const path = String.raw`"\x61\x2e\x64\x62"`
  const lines = [
    `openat(AT_FDCWD, ${path}, O_RDWR|O_CREAT, 0600) = 5`,
    String.raw`pwrite64(5, "\x68\x69", 2, 40) = 2`,
    String.raw`pwrite64(6, "\x68\x69", 2, 40) = 2`,
    'fdatasync(5) = 0',
    String.raw`write(1, "\x6f\x6b\x0a", 3) = 3`,
    'ftruncate(5, 10) = 0',
    'close(5) = 0',
    'fsync(5) = 0',
  ]
  expect(readTrace(lines.join('\n'), (name) => name === 'a.db')).toEqual([
    { what: 'write', file: 'a.db', at: 40, bytes: Buffer.from('hi') },
    { what: 'sync', file: 'a.db' },
    { what: 'tell', line: 'ok' },
    { what: 'truncate', file: 'a.db', size: 10 },
  ])
  const cut = `${lines[0]}\n${String.raw`pwrite64(5, "\x68"..., 2, 40) = 2`}`
  expect(() => readTrace(cut, () => true)).toThrow('not understood')
})
