import fc from 'fast-check'
import { expect, test } from 'vitest'
import { longestPart, splitText } from './split.ts'

test('a text that fits goes whole', () => {
  expect(splitText('Hello\n\nthere')).toEqual(['Hello\n\nthere'])
  expect(splitText('x'.repeat(longestPart))).toHaveLength(1)
})

test.each([
  ['paragraphs', `${'a'.repeat(60)} b\n\nc\n${'d'.repeat(60)}`, [`${'a'.repeat(60)} b`, `c\n${'d'.repeat(60)}`]],
  ['lines', `${'a'.repeat(60)} b\nc ${'d'.repeat(60)}`, [`${'a'.repeat(60)} b`, `c ${'d'.repeat(60)}`]],
  ['words', `${'a'.repeat(60)} b ${'d'.repeat(60)}`, [`${'a'.repeat(60)} b`, 'd'.repeat(60)]],
  ['nothing better', 'a'.repeat(150), ['a'.repeat(100), 'a'.repeat(50)]],
])('cuts at %s', (_where, text, parts) => {
  expect(splitText(text, 100)).toEqual(parts)
})

test('an early border does not make a tiny part', () => {
  expect(splitText(`Hi\n\n${'a'.repeat(150)}`, 100)).toEqual([`Hi\n\n${'a'.repeat(96)}`, 'a'.repeat(54)])
})

test('white space between parts is no message of its own', () => {
  expect(splitText(`${'a'.repeat(100)}${'\n'.repeat(150)}b`, 100).every((part) => part.trim() !== '')).toBe(true)
})

test('for any text: no part is too long, no surrogate pair is parted, no word is lost', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'é', ' ', '\n', '\n\n', '😀', '👨‍👩‍👧'), maxLength: 400 })
  const words = (text: string) => text.replace(/\s+/g, '')
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 50 }), (text, longest) => {
      const parts = splitText(text, longest)
      expect(parts.every((part) => part.length <= longest && part.isWellFormed())).toBe(true)
      expect(words(parts.join(''))).toBe(words(text))
    }),
  )
})
