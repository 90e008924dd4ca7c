import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { annualOf, formatMoney, parseMoney, smallestStep, toDecimal } from './money.ts'

const money = (amount: number, currency: string) => ({ amount, currency })

describe('an amount', () => {
  test.each([
    [1_230, 'EUR', '€12.30'],
    [1_200, 'JPY', '¥1,200'],
    [1_250, 'KWD', 'KWD 1.250'],
    [-5, 'USD', '-$0.05'],
    [500, 'ISK', 'ISK 5.00'],
  ])('%i of %s is read as %s', (amount, currency, told) => {
    expect(formatMoney(money(amount, currency), 'en').replaceAll('\u00a0', ' ')).toBe(told)
  })

  test.each([
    ['12.3', 'EUR', 1_230],
    ['12,30', 'EUR', 1_230],
    ['1200', 'JPY', 1_200],
    ['1.25', 'KWD', 1_250],
    ['0.1', 'USD', 10],
  ])('%s in %s is understood', (text, currency, amount) => {
    expect(parseMoney(text, currency)).toEqual(money(amount, currency))
  })

  test.each([
    ['12.345', 'EUR'],
    ['12.3', 'JPY'],
    ['1.2345', 'KWD'],
    ['-1', 'EUR'],
    ['1e3', 'EUR'],
    ['1.000,00', 'EUR'],
    ['', 'EUR'],
    ['1', 'eur'],
  ])('%s in %s is refused instead of being rounded', (text, currency) => {
    expect(parseMoney(text, currency)).toBeUndefined()
  })

  test('what is written is read back, whatever the currency', () => {
    const anyMoney = fc.record({ amount: fc.nat(99_999_999), currency: fc.constantFrom('EUR', 'JPY', 'KWD', 'ISK') })
    fc.assert(
      fc.property(anyMoney, (one) => {
        expect(parseMoney(toDecimal(one), one.currency)).toEqual(one)
      }),
    )
  })
})

describe('the price of a year', () => {
  test.each([
    [2_900, 'USD', 27_840],
    // 12 × 19.99 × 0.8 = 191.904
    [1_999, 'EUR', 19_190],
    // 12 × 49.99 × 0.8 = 479.904
    [4_999, 'USD', 47_990],
    [980, 'JPY', 9_408],
    // 12 × 1 × 0.8 = 9.6
    [1, 'JPY', 10],
    // 12 × 1.230 × 0.8 = 11.808, and cards settle in hundredths of a dinar.
    [1_230, 'KWD', 11_810],
    [12_300, 'ISK', 118_100],
  ])('%i %s a month is %i a year', (amount, currency, year) => {
    const { annual, undiscounted, saved } = annualOf(money(amount, currency))
    expect(annual).toEqual(money(year, currency))
    expect(annual.amount + saved.amount).toBe(undiscounted.amount)
    expect(undiscounted.amount).toBe(amount * 12)
  })

  test('is never off by more than half the smallest step, and can always be charged', () => {
    const monthly = fc.record({
      amount: fc.integer({ min: 1, max: 9_999_999 }),
      currency: fc.constantFrom('EUR', 'JPY', 'KWD', 'UGX'),
    })
    fc.assert(
      fc.property(monthly, (one) => {
        const { annual } = annualOf(one)
        expect(Math.abs(annual.amount * 10 - one.amount * 96)).toBeLessThanOrEqual(smallestStep(one.currency) * 5)
        expect(annual.amount % smallestStep(one.currency)).toBe(0)
      }),
    )
  })
})
