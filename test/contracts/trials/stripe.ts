/** What the contract suite tries stripe with. */
import { canary, type Trial } from '../trial.ts'

const customer = 'cus_demo_ada'
const price = 'price_demo_starter_month'
const subscription = 'sub_demo_ada'

export const stripeTrial: Trial = {
  wrongCredential: { secretKey: `sk_test_${canary}` },
  actions: {
    'plan.create': { input: { name: 'Business', monthly: { amount: 1_999, currency: 'EUR' } } },
    'plans.list': { input: {} },
    'plan.archive': { input: { plan: 'prod_demo_retired' } },
    'customer.create': { input: { email: 'grace@example.com', name: 'Grace Hopper' } },
    'customers.list': { input: {} },
    'checkout.create': { input: { price, email: 'grace@example.com' } },
    'portal.create': { input: { customer } },
    'setup.create': { input: { customer } },
    'payment_methods.list': { input: { customer } },
    'subscription.create': { input: { customer, price } },
    'subscription.preview': { input: { subscription, price, quantity: 2 } },
    'subscription.change': { input: { subscription, price, quantity: 2 } },
    'subscription.cancel': { input: { subscription } },
    'subscriptions.list': { input: {} },
    'invoices.list': { input: {} },
    'events.list': { input: {} },
  },
}
