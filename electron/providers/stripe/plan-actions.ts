/** Plans at Stripe: a product with a price by month and one by year, a fifth cheaper. */
import { z } from 'zod'
import { NewPlan, Plan } from '#shared/billing'
import { failed } from '#shared/failure'
import { annualDiscountPercent, annualOf, formatMoney, largestAmount, Money, smallestStep } from '#shared/money'
import { defineAction } from '../../kit/define.ts'
import { once, type StripeCall, withStripe } from './client.ts'
import { Prices, Products, shaped, toPlan } from './shapes.ts'

export const account = () => ['account']
/** Most plans that are listed, and most prices that are looked through for them. */
const mostPlans = 300
const mostPrices = 900

/** What the steps of an order have come to; a later attempt goes on from there, however long after. */
const Progress = z.object({ product: z.string(), monthly: z.string().optional() })

const MadePlan = z.object({
  id: z.string(),
  url: z.string(),
  monthly: z.object({ id: z.string(), price: Money }),
  annual: z.object({ id: z.string(), price: Money, saved: Money, percent: z.int() }),
})

function checkPrice({ amount, currency }: Money): void {
  const step = smallestStep(currency)
  const { annual } = annualOf({ amount, currency })
  const problem = amount % step === 0 ? undefined : `must be a multiple of ${step}, as ${currency} is charged in such steps`
  const message = problem ?? (annual.amount > largestAmount ? 'makes a year dearer than Stripe charges at once' : undefined)
  if (message) throw failed('invalid', `The price ${message}.`, { fields: [{ path: 'monthly.amount', message }] })
}

function pageOf(path: string, call: StripeCall): string {
  const test = /_test_/.test(call.credential.secretKey) ? 'test/' : ''
  return `https://dashboard.stripe.com/${test}${path}`
}

/** Without an answer of an earlier attempt the key makes Stripe repeat that answer; with one, nothing is asked again. */
async function makeProduct(call: StripeCall, { name, description }: NewPlan): Promise<string> {
  const product = await withStripe(call, 'fetch', (stripe) =>
    stripe.products.create(
      { name, ...(description === undefined ? {} : { description }), metadata: { atlas_job: call.key } },
      once(call, 'product'),
    ),
  )
  return product.id
}

async function makePrice(call: StripeCall, product: string, price: Money & { interval: 'month' | 'year' }): Promise<string> {
  const { amount, currency, interval } = price
  const made = await withStripe(call, 'fetch', (stripe) =>
    stripe.prices.create(
      {
        product,
        currency: currency.toLowerCase(),
        unit_amount: amount,
        recurring: { interval },
        nickname: interval === 'month' ? 'Monthly' : `Annual, ${annualDiscountPercent} % off`,
      },
      once(call, interval),
    ),
  )
  return made.id
}

export const createPlan = defineAction({
  title: 'Create a plan',
  effect: 'Creates a product with a monthly price and an annual one that is 20 % cheaper than twelve months.',
  source: 'https://docs.stripe.com/api/products/create',
  repeat: 'keyed',
  input: NewPlan,
  output: MadePlan,
  buckets: account,
  subject: ({ name, monthly }) => `Plan ${name.slice(0, 60)} at ${formatMoney(monthly, 'en')} a month`,
  async run(plan, call: StripeCall) {
    checkPrice(plan.monthly)
    const { annual, saved } = annualOf(plan.monthly)
    const before = Progress.safeParse(call.progress).data
    const product = before?.product ?? (await makeProduct(call, plan))
    if (!before) await call.remember({ product })
    const monthly = before?.monthly ?? (await makePrice(call, product, { ...plan.monthly, interval: 'month' }))
    if (!before?.monthly) await call.remember({ product, monthly })
    const yearly = await makePrice(call, product, { ...annual, interval: 'year' })
    return {
      id: product,
      url: pageOf(`products/${product}`, call),
      monthly: { id: monthly, price: plan.monthly },
      annual: { id: yearly, price: annual, saved, percent: annualDiscountPercent },
    }
  },
})

export const listPlans = defineAction({
  title: 'List plans',
  effect: 'Reads products with their prices; nothing changes.',
  source: 'https://docs.stripe.com/api/products/list',
  repeat: 'safe',
  input: z.strictObject({ archived: z.boolean().optional().meta({ title: 'Archived ones too' }) }),
  output: z.object({ items: z.array(Plan) }),
  buckets: account,
  subject: () => 'Plans',
  async run({ archived }, call: StripeCall) {
    const active = archived ? {} : { active: true }
    const [products, prices] = await withStripe(call, 'ask', async (stripe) => [
      await stripe.products.list({ limit: 100, ...active }).autoPagingToArray({ limit: mostPlans }),
      await stripe.prices.list({ limit: 100, active: true, type: 'recurring' }).autoPagingToArray({ limit: mostPrices }),
    ])
    const known = shaped(Prices, prices)
    return { items: shaped(Products, products).map((product) => toPlan(product, known)) }
  },
})

export const archivePlan = defineAction({
  title: 'Archive a plan',
  effect: 'Takes a product out of sale; subscriptions to it go on.',
  source: 'https://docs.stripe.com/api/products/update',
  repeat: 'keyed',
  input: z.strictObject({ plan: z.string().min(1).max(255).meta({ title: 'Plan' }) }),
  output: z.object({ id: z.string(), active: z.boolean() }),
  buckets: account,
  subject: ({ plan }) => `Archive plan ${plan.slice(0, 80)}`,
  async run({ plan }, call: StripeCall) {
    const { id, active } = await withStripe(call, 'fetch', (stripe) =>
      stripe.products.update(plan, { active: false }, once(call, 'archive')),
    )
    return { id, active }
  },
})
