/** Turns a campaign into one order a platform, and checks all of them before any is placed. */
import type { CampaignOrder, PostVariant } from '#shared/contract/posts'
import { AppError, type FieldFault, failed } from '#shared/failure'
import { platforms } from '#shared/social/platforms'
import { digest } from '../audit/append.ts'
import type { CheckedOrder, Enqueuer, JobOrder } from '../jobs/enqueue.ts'

/** A post to order, and how it is named where it is refused. */
export interface PostOrder {
  order: JobOrder
  /** What a person knows it by: "X", "Line 3 (X)". */
  name: string
  /** Where its faults lie in what was asked. */
  path: string
}

/** Fields that a campaign says once, or a variant beside its own. */
const saidBeside = ['platform', 'text', 'media']

function inputOf(campaign: CampaignOrder, variant: PostVariant): Record<string, unknown> {
  const media = variant.media ?? campaign.media
  return {
    ...variant.fields,
    platform: variant.platform,
    text: variant.text ?? campaign.text ?? '',
    ...(media && media.length > 0 ? { media } : {}),
  }
}

/** One order for each variant; `invalid` where two are the same or a field is said twice. */
export function ordersOf(campaign: CampaignOrder): PostOrder[] {
  const faults: FieldFault[] = []
  const seen = new Map<string, number>()
  const orders = campaign.variants.map((variant, at): PostOrder => {
    const path = `variants.${at}`
    for (const name of saidBeside) {
      if (variant.fields && name in variant.fields)
        faults.push({ path: `${path}.fields.${name}`, message: 'belongs beside fields, not among them' })
    }
    const input = inputOf(campaign, variant)
    const mark = digest(input)
    const same = seen.get(mark)
    if (same !== undefined) faults.push({ path, message: `It is the same post as variants.${same} and would go out twice.` })
    seen.set(mark, at)
    const order: JobOrder = { kind: 'SOCIAL_POST', input, runAt: campaign.runAt, agent: variant.agent ?? campaign.agent }
    return { order, name: platforms[variant.platform].name, path }
  })
  if (faults.length > 0) throw refusal(faults.map((fault) => ({ fault, name: nameOf(orders, fault.path) })))
  return orders
}

const nameOf = (orders: readonly PostOrder[], path: string) =>
  orders.find((order) => path === order.path || path.startsWith(`${order.path}.`))?.name ?? ''

/** A fault of a field begins with its name; one of the whole post is a sentence. */
function wordsOf({ path, message }: FieldFault): string {
  const field = path.split('.').slice(2).join('.')
  return `${field} ${message}`.trim().replace(/\.$/, '')
}

/** Every fault with the name of its post. */
function refusal(faults: readonly { fault: FieldFault; name: string }[]) {
  const told = faults.map(({ fault, name }) => `${name}: ${wordsOf(fault)}`)
  return failed('invalid', `Nothing was ordered. ${told.join('; ')}.`, { fields: faults.map(({ fault }) => fault) })
}

/** The fields of a refused order where they stand in what was asked: `input.text` is the variant's text. */
function faultsOf(error: AppError, { path, order }: PostOrder): FieldFault[] {
  const { fields, message } = error.failure
  if (!fields || fields.length === 0) return [{ path, message }]
  return fields.map((field) => {
    // The tray names its own argument; in a post that is one of its media.
    const inside = field.path === 'file' ? 'media' : field.path.replace(/^input\.?/, '')
    const own = inside === '' || /^(text|media|agent|platform)(\.|$)/.test(inside) || !('platform' in order.input)
    return { path: [path, ...(own ? [] : ['fields']), inside].filter(Boolean).join('.'), message: field.message }
  })
}

export interface Verdict {
  checked: CheckedOrder | undefined
  faults: FieldFault[]
}

/** What the engine says of one order; a refusal is told, anything else is thrown on. */
export function judge(enqueuer: Enqueuer, tenantId: string, post: PostOrder): Verdict {
  try {
    return { checked: enqueuer.prepare(tenantId, post.order), faults: [] }
  } catch (error) {
    if (!(error instanceof AppError) || error.failure.kind === 'unexpected') throw error
    return { checked: undefined, faults: faultsOf(error, post) }
  }
}

/** Every order checked; when one is refused, all are, and every refusal is named. */
export function checkAll(enqueuer: Enqueuer, tenantId: string, posts: readonly PostOrder[]): CheckedOrder[] {
  const judged = posts.map((post) => ({ post, ...judge(enqueuer, tenantId, post) }))
  const faults = judged.flatMap(({ post, faults: own }) => own.map((fault) => ({ fault, name: post.name })))
  if (faults.length > 0) throw refusal(faults)
  return judged.flatMap(({ checked }) => (checked ? [checked] : []))
}
