/** Pages of Stripe's stand-in: pay, manage, read an invoice. Plain HTML without script, on this machine alone. */
import type { SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import { makeInvoice, makeMethod, makeSubscription, type Store, type StripeObject } from './stripe-store.ts'

function escaped(text: unknown): string {
  return String(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}

function page(title: string, content: string): SandboxResponse {
  const style = 'font: 15px system-ui; max-width: 26rem; margin: 3rem auto; padding: 0 1rem'
  const head = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>`
  const note = '<p><small>A stand-in on this machine: no money moves.</small></p>'
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    },
    body: `${head}<body style="${style}"><h1>${escaped(title)}</h1>${content}${note}</body></html>`,
  }
}

function button(action: string, label: string): string {
  return `<form method="post" action="${escaped(action)}"><button style="font: inherit; padding: .5rem 1rem">${escaped(label)}</button></form>`
}

const gone = page('Not here', '<p>This page does not exist, or is over.</p>')

function amountOf(price: StripeObject, quantity: number): string {
  return `${Number(price.unit_amount) * quantity} minor units of ${String(price.currency).toUpperCase()}`
}

function showCheckout(session: StripeObject, store: Store, { url }: SandboxContext): SandboxResponse {
  if (session.status !== 'open') return page('Checkout', '<p>This checkout is complete.</p>')
  const base = `${url}/c/pay/${session.id}`
  if (session.mode === 'setup') return page('Save a way to pay', button(`${base}/pay`, 'Save card'))
  const price = store.find('price', session.price)
  if (!price) return gone
  const product = store.find('product', price.product)
  const what = `<p>${escaped(product?.name)}: ${escaped(amountOf(price, Number(session.quantity)))}</p>`
  return page('Checkout', `${what}${button(`${base}/pay`, 'Pay')}${button(`${base}/decline`, 'Pay with a declined card')}`)
}

function customerOf(session: StripeObject, store: Store): string {
  if (typeof session.customer === 'string') return session.customer
  const fields = { email: session.customer_email ?? 'buyer@example.com', name: null, description: null }
  const made = store.make('customer', { object: 'customer', prefix: 'cus' }, fields)
  store.happened('customer.created', made)
  session.customer = made.id
  return made.id
}

/** Somebody pays, or tries to with a card that is declined. */
function pay(session: StripeObject, store: Store, at: { url: string; declined: boolean }): SandboxResponse {
  if (session.status !== 'open') return gone
  const customer = customerOf(session, store)
  if (!at.declined) store.happened('payment_method.attached', makeMethod(store, customer))
  const price = store.find('price', session.price)
  if (price) {
    const quantity = Number(session.quantity)
    const status = at.declined ? 'incomplete' : 'active'
    const subscription = makeSubscription(store, { customer, price, quantity, status })
    const amount = Number(price.unit_amount) * quantity
    const bill = { subscription, amount, status: at.declined ? ('open' as const) : ('paid' as const), text: 'Subscription' }
    const invoice = makeInvoice(store, at.url, bill)
    session.subscription = subscription.id
    store.happened('customer.subscription.created', subscription)
    store.happened(at.declined ? 'invoice.payment_failed' : 'invoice.paid', invoice)
  }
  if (at.declined) return page('Declined', '<p>The card was declined.</p>')
  session.status = 'complete'
  store.happened('checkout.session.completed', session)
  const back = `<p><a href="${escaped(session.success_url)}">Go on</a></p>`
  return page('Thank you', `<p>Paid. You can close this page.</p>${back}`)
}

function showPortal(customer: StripeObject, store: Store, { url }: SandboxContext): SandboxResponse {
  const own = store.all('subscription').filter((one) => one.customer === customer.id)
  const lines = own.map((one) => {
    const going = one.status === 'active' && one.cancel_at_period_end !== true
    const cancel = going ? button(`${url}/p/session/${customer.id}/cancel/${one.id}`, 'Cancel subscription') : ''
    return `<p>${escaped(one.id)}: ${escaped(one.status)}</p>${cancel}`
  })
  return page(`Billing of ${String(customer.email)}`, lines.join('') || '<p>No subscription.</p>')
}

function cancelInPortal(subscription: StripeObject, store: Store): SandboxResponse {
  subscription.cancel_at_period_end = true
  store.happened('customer.subscription.updated', subscription)
  return page('Cancelled', '<p>It ends when the paid period is over.</p>')
}

/** The smallest document that a reader opens. */
function pdfOf(invoice: StripeObject): Uint8Array {
  const text = `BT /F1 14 Tf 60 760 Td (Invoice ${String(invoice.number)}, ${String(invoice.total)} ${String(invoice.currency).toUpperCase()}) Tj ET`
  const parts = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let body = '%PDF-1.4\n'
  const starts = parts.map((part, at) => {
    const start = body.length
    body += `${at + 1} 0 obj\n${part}\nendobj\n`
    return start
  })
  const table = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('')
  const end = `trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`
  return new TextEncoder().encode(`${body}xref\n0 6\n0000000000 65535 f \n${table}${end}`)
}

function showInvoice(invoice: StripeObject, part: string | undefined): SandboxResponse {
  if (part === 'pdf') {
    const disposition = `attachment; filename="${String(invoice.number)}.pdf"`
    return {
      status: 200,
      headers: { 'content-type': 'application/pdf', 'content-disposition': disposition },
      body: pdfOf(invoice),
    }
  }
  const pdf = `<p><a href="${escaped(invoice.invoice_pdf)}">Download</a></p>`
  return page(`Invoice ${String(invoice.number)}`, `<p>${escaped(invoice.status)}</p>${pdf}`)
}

function checkoutPage(id: string, act: string | undefined, at: PageAt): SandboxResponse {
  const session = at.store.find('session', id)
  if (!session) return gone
  if (at.request.method !== 'POST') return showCheckout(session, at.store, at.context)
  return pay(session, at.store, { url: at.context.url, declined: act === 'decline' })
}

function portalPage(id: string, subscriptionId: string | undefined, at: PageAt): SandboxResponse {
  const customer = at.store.find('customer', id)
  const subscription = at.store.find('subscription', subscriptionId)
  if (!customer) return gone
  if (at.request.method === 'POST' && subscription) return cancelInPortal(subscription, at.store)
  return showPortal(customer, at.store, at.context)
}

interface PageAt {
  store: Store
  context: SandboxContext
  request: SandboxRequest
}

/** The page at a path; undefined where there is none. */
export function pageAt(at: PageAt): SandboxResponse | undefined {
  const parts = at.request.path.split('/')
  const [, root, second, third, , fifth] = parts
  if (root === 'c' && second === 'pay') return checkoutPage(third ?? '', parts[4], at)
  if (root === 'p' && second === 'session') return portalPage(third ?? '', fifth, at)
  if (root !== 'i') return undefined
  const invoice = at.store.find('invoice', second)
  return invoice ? showInvoice(invoice, third) : gone
}
