import { expect, test } from 'vitest'
import { toMoney } from './money.ts'

test.each([
  [null, '—'],
  [undefined, '—'],
  [0, '$0.00'],
  [0.000184, '$0.000184'],
  [0.5, '$0.50'],
  [1234.5, '$1,234.50'],
])('%s is told as %s', (dollars, told) => {
  expect(toMoney(dollars)).toBe(told)
})
