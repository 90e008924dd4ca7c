/** Posts of one tenant, as the contract offers them. */
import type { CampaignDetail, CampaignOrder } from '#shared/contract/posts'
import { failed } from '#shared/failure'
import { toMs } from '#shared/time'
import { digest } from '../audit/append.ts'
import type { Actor, Area } from '../engine.ts'
import type { Enqueuer } from '../jobs/enqueue.ts'
import type { PostCalendar } from './calendar.ts'
import { checkAll, ordersOf } from './campaign-orders.ts'
import type { Campaigns } from './campaigns.ts'
import type { PostImport } from './import-posts.ts'
import type { PostSlots } from './slots.ts'

export interface PostsDeps {
  enqueuer: Enqueuer
  campaigns: Campaigns
  calendar: PostCalendar
  slots: PostSlots
  importing: PostImport
  now(): number
}

function titleOf({ text, variants }: CampaignOrder): string {
  const fields = variants.map((variant) => variant.fields?.title).find((title) => typeof title === 'string')
  const [line = ''] = (text || variants.find((variant) => variant.text)?.text || String(fields ?? '')).trim().split('\n')
  return line || 'Without text'
}

const answer = ({ campaign, created }: { campaign: CampaignDetail; created: boolean }) =>
  created ? { status: 201 as const, body: campaign } : { status: 200 as const, body: campaign }

export function createPosts({
  enqueuer,
  campaigns,
  calendar,
  slots,
  importing,
  now,
}: PostsDeps): (tenantId: string) => Area<'posts'> {
  function slotFor(tenantId: string, agent: string): string {
    const { runAt } = slots.next(tenantId, agent)
    if (runAt === null)
      throw failed('conflict', `${agent} has no weekly slots. Set them under Publishing › Slots, or choose a time.`)
    return runAt
  }

  function refusePast({ runAt }: CampaignOrder): void {
    if (runAt === undefined || toMs(runAt) > now()) return
    const message = 'has passed; choose a later time, or none to send now'
    throw failed('invalid', `Nothing was ordered: runAt ${message}.`, { fields: [{ path: 'runAt', message }] })
  }

  async function create(tenantId: string, order: CampaignOrder, actor: Actor) {
    const { key, ...asked } = order
    const mark = { key, digest: digest(asked), title: titleOf(order), source: 'composer' as const, timeZone: order.timeZone }
    const before = campaigns.known(tenantId, mark)
    if (before) return answer({ campaign: before, created: false })
    refusePast(order)
    const orders = checkAll(enqueuer, tenantId, ordersOf(order))
    const { queue, agent } = order
    const runAt = queue && agent ? () => slotFor(tenantId, agent) : undefined
    return answer(await campaigns.place(tenantId, { mark, orders, runAt }, actor))
  }

  return (tenantId) => ({
    create: (order, actor) => create(tenantId, order, actor),
    list: async (page = {}) => campaigns.list(tenantId, page),
    get: async ({ id }) => campaigns.get(tenantId, id),
    retryFailed: ({ id }, actor) => campaigns.retryFailed(tenantId, id, actor),
    cancelOpen: ({ id }, actor) => campaigns.cancelOpen(tenantId, id, actor),
    calendar: async (span) => calendar.between(tenantId, span),
    move: (order, actor) => calendar.move(tenantId, order, actor),
    slots: async () => ({ items: slots.list(tenantId), nextCursor: null }),
    setSlots: (weekly, actor) => slots.set(tenantId, weekly, actor),
    nextSlot: async ({ agent }) => slots.next(tenantId, agent),
    checkImport: (file) => importing.check(tenantId, file),
    importFile: async (file, actor) => answer(await importing.run(tenantId, file, actor)),
  })
}
