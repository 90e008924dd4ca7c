import { expect, test } from 'vitest'
import { ladderOf } from './ladder.ts'

const delivery = { id: '1', attempts: 1, failure: null, fallbackFrom: null, provider: 'resend' } as const

test('who accepted a message is named, and whom it fell over from', () => {
  expect(ladderOf({ ...delivery, state: 'succeeded', fallbackFrom: 'microsoft' })).toBe(
    'Accepted by resend, after microsoft failed',
  )
})

test('a message that is under way claims nothing', () => {
  expect(ladderOf({ ...delivery, state: 'running' })).toBe('Sending')
})

test('a failure says why', () => {
  expect(ladderOf({ ...delivery, state: 'failed', failure: 'The channel is archived.' })).toBe('Failed: The channel is archived.')
})
