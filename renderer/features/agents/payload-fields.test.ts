import { expect, test } from 'vitest'
import { fieldsIn } from './payload-fields.ts'

test('every field of a payload is told, nested ones by their path', () => {
  const payload = { provider: 'x', input: { text: 'Hello\nworld', media: [{ file: 'a' }], made: true } }
  expect(fieldsIn(payload)).toEqual([
    { name: 'provider', text: 'x' },
    { name: 'input.text', text: 'Hello\nworld' },
    { name: 'input.media', text: '[{"file":"a"}]' },
    { name: 'input.made', text: 'true' },
  ])
})

test('what is no object has no fields', () => {
  expect(fieldsIn('text')).toEqual([])
  expect(fieldsIn(null)).toEqual([])
})
