import { expect, test } from 'vitest'
import { piecesOf } from './trigger-pieces.ts'

test('matches are cut out, overlapping ones as one, and nothing is lost', () => {
  const text = 'so let me know when, ok'
  const pieces = piecesOf(text, [
    { start: 10, end: 19 },
    { start: 3, end: 14 },
    { start: 21, end: 23 },
  ])
  expect(pieces).toEqual([
    { start: 0, text: 'so ', fires: false },
    { start: 3, text: 'let me know when', fires: true },
    { start: 19, text: ', ', fires: false },
    { start: 21, text: 'ok', fires: true },
  ])
  expect(pieces.map((piece) => piece.text).join('')).toBe(text)
  expect(piecesOf('quiet', [])).toEqual([{ start: 0, text: 'quiet', fires: false }])
  expect(piecesOf('', [])).toEqual([])
})
