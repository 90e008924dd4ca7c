/** Dollars as people read them; what is unknown is a dash, never nought. */

const cents = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })
const fine = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
})

/** "$12.30", "$0.000184" where cents would hide it, "—" for what is not known. */
export function toMoney(dollars: number | null | undefined): string {
  if (dollars === null || dollars === undefined) return '—'
  return Math.abs(dollars) < 1 ? fine.format(dollars) : cents.format(dollars)
}
