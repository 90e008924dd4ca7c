/** Money: whole minor units with their ISO 4217 currency, never a fraction. Rounded once, where a price is made. Pure. */
import { z } from 'zod'

/** An ISO 4217 currency code in capitals. */
export const Currency = z.string().regex(/^[A-Z]{3}$/, 'must be a currency of three capitals, such as EUR')

/** The largest amount of one price, in minor units; payment services take no more digits. */
export const largestAmount = 99_999_999

/**
 * An amount of money.
 *
 * Units  amount: minor units of the currency (cents of EUR, whole yen of JPY, thousandths of a dinar of KWD)
 */
export const Money = z.strictObject({ amount: z.int(), currency: Currency })
/** An amount of money. */
export type Money = z.infer<typeof Money>

/** Currencies whose amounts payment services count in whole units. */
const whole = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '))
/** Currencies of thousandths; the last digit must be zero, as cards settle in hundredths. */
const thousandths = new Set('BHD JOD KWD OMR TND'.split(' '))
/** Currencies without coins that are still counted in hundredths, always full ones. */
const fullHundreds = new Set('ISK UGX'.split(' '))

/**
 * Digits after the point in which a currency is counted.
 *
 * @see https://docs.stripe.com/currencies
 */
export function minorDigits(currency: string): 0 | 2 | 3 {
  if (whole.has(currency)) return 0
  return thousandths.has(currency) ? 3 : 2
}

/** The smallest step between two amounts that can be charged, in minor units. */
export function smallestStep(currency: string): number {
  if (thousandths.has(currency)) return 10
  return fullHundreds.has(currency) ? 100 : 1
}

/** An amount as a decimal number in text, "12.30"; no floating point takes part. */
export function toDecimal({ amount, currency }: Money): string {
  const digits = minorDigits(currency)
  const text = Math.abs(amount)
    .toString()
    .padStart(digits + 1, '0')
  const sign = amount < 0 ? '-' : ''
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** An amount as a person reads it, in the given or the runtime's language: "€12.30", "¥1,200", "KWD 1.250". */
export function formatMoney(money: Money, locale?: string): string {
  const digits = minorDigits(money.currency)
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: money.currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return format.format(toDecimal(money) as `${number}`)
}

/** Reads "12.3", "12,30" or "1200" as an amount; undefined where it is none or has more digits than the currency. */
export function parseMoney(text: string, currency: string): Money | undefined {
  const found = /^(\d{1,12})(?:[.,](\d{1,3}))?$/.exec(text.trim())
  const digits = minorDigits(currency)
  const fraction = found?.[2] ?? ''
  if (!found || !Currency.safeParse(currency).success || fraction.length > digits) return undefined
  const amount = Number(`${found[1]}${fraction.padEnd(digits, '0')}`)
  return Number.isSafeInteger(amount) ? { amount, currency } : undefined
}

/** What a year costs less than twelve months, in percent. */
export const annualDiscountPercent = 20

/** The price of a year from the price of a month: twelve months less the discount, rounded once to what can be charged. */
export function annualOf({ amount, currency }: Money): { annual: Money; undiscounted: Money; saved: Money } {
  const year = amount * 12
  const step = smallestStep(currency)
  const annual = Math.round((year * (100 - annualDiscountPercent)) / (100 * step)) * step
  return {
    annual: { amount: annual, currency },
    undiscounted: { amount: year, currency },
    saved: { amount: year - annual, currency },
  }
}
