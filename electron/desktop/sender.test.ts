import { expect, test } from 'vitest'
import { isOurMainFrame, toOrigin } from './sender.ts'

const ours = { url: 'app://atlas/#/jobs', parent: null }

test('our main frame is ours', () => {
  expect(isOurMainFrame(ours, ours, 'app://atlas')).toBe(true)
})

test.each([
  ['no frame', null],
  ['an unknown frame', undefined],
])('%s is not', (_name, frame) => {
  expect(isOurMainFrame(frame, ours, 'app://atlas')).toBe(false)
  expect(isOurMainFrame(frame, undefined, 'app://atlas')).toBe(false)
})

test.each([
  ['a frame inside', { url: 'app://atlas/', parent: {} }],
  ['another host', { url: 'app://other/', parent: null }],
  ['a host that begins like ours', { url: 'app://atlas.evil/', parent: null }],
  ['ours as a user name', { url: 'app://atlas@evil/', parent: null }],
  ['about:blank', { url: 'about:blank', parent: null }],
  ['nothing', { url: '', parent: null }],
  ['a file', { url: 'file:///atlas/', parent: null }],
  ['a blob of ours', { url: 'blob:app://atlas/1', parent: null }],
  ['a destroyed frame', { url: 'app://atlas/', parent: null, isDestroyed: () => true }],
  ['a detached frame', { url: 'app://atlas/', parent: null, detached: true }],
])('%s is not', (_name, frame) => {
  expect(isOurMainFrame(frame, frame, 'app://atlas')).toBe(false)
})

test('the main frame of another window is not', () => {
  expect(isOurMainFrame({ ...ours }, ours, 'app://atlas')).toBe(false)
})

test('an origin is scheme and host, or nothing', () => {
  expect(toOrigin('app://atlas')).toBe('app://atlas')
  expect(toOrigin('http://localhost:5173/x')).toBe('http://localhost:5173')
  expect(toOrigin('javascript:alert(1)')).toBeUndefined()
  expect(toOrigin('app://atlas\\@evil/')).toBeUndefined()
  expect(toOrigin(undefined)).toBeUndefined()
})
