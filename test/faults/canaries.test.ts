/** The search itself: a canary is found in every dress it could wear. */
import { expect, test } from 'vitest'
import { createCanary, findCanaries } from './canaries.ts'

const canary = createCanary('planted', (core) => `xoxb-${core}`)

test.each([
  ['as it is', canary.value],
  ['in JSON', JSON.stringify({ a: [canary.value] })],
  ['in a URL', encodeURIComponent(`a=${canary.value}&b`)],
  ['in base64', Buffer.from(canary.value).toString('base64')],
  ['in base64, one byte on', Buffer.from(`:${canary.value}:`).toString('base64')],
  ['in base64, two bytes on', Buffer.from(`me:${canary.value}`).toString('base64url')],
  ['in hex', Buffer.from(canary.value).toString('hex')],
  ['in a file', Buffer.concat([Buffer.from([0, 255, 1]), Buffer.from(canary.value), Buffer.from([0])])],
  ['in UTF-16', Buffer.from(canary.value, 'utf16le')],
])('it is found %s', (_how, content) => {
  expect(findCanaries('here', content, [canary])).toHaveLength(1)
})

test('nothing is found where nothing is', () => {
  expect(findCanaries('here', JSON.stringify(createCanary('another')), [canary])).toEqual([])
})
