import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLedger } from './ledger.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const arrival = (provider: string, text: string) => ({
  provider,
  at: 0,
  title: 'Message',
  to: 'Ada',
  text,
  request: { method: 'POST', path: '/send', body: { text } },
})

test('what arrived is told newest first, also after it was closed and opened again', () => {
  const file = join(folder, 'deep', 'sandbox.db')
  const before = createLedger(file)
  const numbers = ['one', 'two'].map((text) => before.arrive(arrival('telegram', text)))
  before.arrive(arrival('slack', 'three'))
  before.close()
  const after = createLedger(file)
  expect(after.inbox().map(({ text }) => text)).toEqual(['three', 'two', 'one'])
  expect(after.inbox({ provider: 'telegram', limit: 1 })).toEqual([
    {
      id: `${numbers[1]}`,
      provider: 'telegram',
      at: '1970-01-01T00:00:00.000Z',
      title: 'Message',
      to: 'Ada',
      text: 'two',
      request: { method: 'POST', path: '/send', body: { text: 'two' } },
      buttons: [],
    },
  ])
  expect(after.arrive(arrival('telegram', 'four'))).toBeGreaterThan(numbers[1] ?? 0)
  after.close()
})

test.skipIf(process.platform === 'win32')('nobody else may read the file', () => {
  const file = join(folder, 'sandbox.db')
  const ledger = createLedger(file)
  ledger.arrive(arrival('telegram', 'one'))
  for (const path of [file, `${file}-wal`]) expect(statSync(path).mode & 0o777).toBe(0o600)
  ledger.close()
})

test('answers and writings belong to their provider', () => {
  const ledger = createLedger(':memory:')
  ledger.keep('resend', 'key', { status: 200, body: { id: 'a' } })
  expect(ledger.recall('resend', 'key')).toEqual({ status: 200, body: { id: 'a' } })
  expect(ledger.recall('slack', 'key')).toBeUndefined()
  const message = { chatId: '1', chatTitle: 'Ada', chatKind: 'chat' as const, messageId: '1', author: 'Ada', text: 'Hi', at: 5 }
  const number = ledger.write('telegram', message)
  expect(ledger.written('telegram', 0)).toEqual([{ ...message, number }])
  expect(ledger.written('telegram', number)).toEqual([])
  expect(ledger.written('slack', 0)).toEqual([])
  ledger.close()
})
