import { expect, test } from 'vitest'
import { fallbackSentence, ladderOf } from './ladder.ts'

const names: Readonly<Record<string, string>> = { resend: 'Resend', microsoft: 'Microsoft 365' }
const nameOf = (id: string) => names[id] ?? id
const delivery = { attempts: 1, fallbackFrom: null, failure: null, provider: 'resend' } as const

test('who accepted a message is named', () => {
  const ladder = ladderOf({ ...delivery, state: 'succeeded' }, nameOf)
  expect(ladder).toEqual({ past: ['Queued', 'Sending'], now: 'Accepted by Resend', ahead: [] })
})

test('a lost answer that a person resolved is not said to have been accepted', () => {
  const ladder = ladderOf({ ...delivery, state: 'succeeded', failure: 'No clear answer came back.' }, nameOf)
  expect(ladder.now).toBe('A person found that it went out')
})

test('a message that is under way claims nothing that is still ahead', () => {
  expect(ladderOf({ ...delivery, state: 'running' }, nameOf)).toEqual({ past: ['Queued'], now: 'Sending', ahead: ['Accepted'] })
})

test('a message that is tried again says how often it was tried', () => {
  expect(ladderOf({ ...delivery, state: 'queued', attempts: 2 }, nameOf).now).toBe('Queued again after 2 attempts')
})

test('a message that was refused before it was sent is not said to have been sent', () => {
  const ladder = ladderOf({ ...delivery, state: 'failed', attempts: 0 }, nameOf)
  expect(ladder).toEqual({ past: ['Queued'], now: 'Failed before it was sent', ahead: [] })
})

test('falling over is told, and claims to be sent only when it was', () => {
  const fallen = { ...delivery, fallbackFrom: 'microsoft' }
  expect(fallbackSentence({ ...fallen, state: 'succeeded' }, nameOf)).toBe('Microsoft 365 failed → sent through Resend')
  expect(fallbackSentence({ ...fallen, state: 'running' }, nameOf)).toBe('Microsoft 365 failed → went on to Resend')
  expect(fallbackSentence({ ...delivery, state: 'succeeded' }, nameOf)).toBeUndefined()
})
