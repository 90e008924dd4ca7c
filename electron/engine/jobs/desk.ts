/** What a person needs to decide on an order: what it would cost, how to do it by hand, and whether a doubtful one is there after all. */
import type { JobCheck, JobDetail, LookupResult } from '#shared/contract/jobs'
import { failed } from '#shared/failure'
import type { ActionRun } from '#shared/job-kinds'
import { platforms } from '#shared/social/platforms'
import type { SocialPost } from '#shared/social/post'
import { toInstant } from '#shared/time'
import type { Action, AnyProvider, Assist } from '../../kit/define.ts'
import { callFailure } from '../../kit/make-call.ts'
import type { Caller } from '../connections/caller.ts'
import type { ConnectionReader } from '../connections/rows.ts'
import type { JobOrder } from './enqueue.ts'
import type { JobFinder } from './find.ts'
import type { JobRow } from './rows.ts'
import { actionServing, servingProviders } from './serving.ts'

export interface DeskDeps {
  catalog: Readonly<Record<string, AnyProvider>>
  connections: ConnectionReader
  caller: Caller
  finder: JobFinder
  /** Refuses what could not be ordered, without ordering it. */
  check(tenantId: string, order: JobOrder): { subject: string }
}

export interface Desk {
  check(tenantId: string, order: JobOrder): JobCheck
  lookup(tenantId: string, id: string): Promise<LookupResult>
  /** What a job's detail tells beside the row. */
  help(row: JobRow): Pick<JobDetail, 'repeat' | 'lookup' | 'findable' | 'assist' | 'cost'>
}

interface Chosen {
  provider: AnyProvider
  actionId: string
  action: Action
  input: unknown
}

/** How long before the attempt something may bear its time: clocks differ. */
const slackMs = 60_000
const lookupMs = 30_000

/** Without a way of its own, a post is copied to the platform's own page. */
function assistPost(post: SocialPost): Assist {
  const { name, page } = platforms[post.platform]
  return {
    text: 'link' in post && typeof post.link === 'string' ? `${post.text}\n\n${post.link}`.trim() : post.text,
    page,
    steps: [`Copy the text.`, `Open ${name} and paste it; add the pictures.`, 'Publish it there, then paste its address here.'],
  }
}

export function createDesk(deps: DeskDeps): Desk {
  const { catalog, connections, caller, finder } = deps

  function parsed(provider: AnyProvider | undefined, actionId: string | undefined, input: unknown): Chosen | undefined {
    const action = provider?.actions[actionId ?? '']
    const read = action?.input.safeParse(input)
    if (!provider || !actionId || !action || !read?.success) return undefined
    return { provider, actionId, action, input: read.data }
  }

  /** The action an order would take now: of the provider it ran with, else of the first that is connected. */
  function choose(tenantId: string, order: { kind: string; input: unknown; provider?: string | null }): Chosen | undefined {
    if (order.kind === 'ACTION_RUN') {
      const { provider, action, input } = order.input as ActionRun
      return parsed(catalog[provider], action, input)
    }
    const serving = servingProviders(catalog, order, [])
    const named = serving.find(({ id }) => id === order.provider)
    const provider = named ?? serving.find(({ id }) => connections.isSet(tenantId, id)) ?? serving[0]
    return parsed(provider, provider && actionServing(provider, order.kind, order.input), order.input)
  }

  function costOf(tenantId: string, chosen: Chosen | undefined): JobCheck['cost'] {
    if (!chosen) return null
    const settings = connections.settings(tenantId, chosen.provider.id)
    return chosen.action.cost?.(chosen.input as never, settings as never) ?? null
  }

  function assistOf(row: JobRow, chosen: Chosen | undefined): Assist | undefined {
    if (row.state !== 'waiting' || (row.reason !== 'operator' && row.reason !== 'verification')) return undefined
    const settings = connections.settings(row.tenant_id, chosen?.provider.id ?? '')
    const own = chosen?.action.assist?.(chosen.input as never, settings as never)
    return own ?? (row.kind === 'SOCIAL_POST' ? assistPost(JSON.parse(row.input) as SocialPost) : undefined)
  }

  function chosenOf(row: JobRow): Chosen | undefined {
    return choose(row.tenant_id, { kind: row.kind, input: JSON.parse(row.input), provider: row.provider })
  }

  return {
    check(tenantId, order) {
      const { subject } = deps.check(tenantId, order)
      const chosen = choose(tenantId, order)
      return { subject, provider: chosen?.provider.id ?? null, action: chosen?.actionId ?? null, cost: costOf(tenantId, chosen) }
    },
    help(row) {
      const chosen = chosenOf(row)
      const assist = assistOf(row, chosen)
      return {
        ...(chosen ? { repeat: chosen.action.repeat } : {}),
        ...(chosen?.action.lookup ? { lookup: chosen.action.lookup } : {}),
        findable: chosen?.action.find !== undefined,
        ...(assist ? { assist: { ...assist, steps: [...assist.steps] } } : {}),
        cost: costOf(row.tenant_id, chosen),
      }
    },
    async lookup(tenantId, id) {
      const row = finder.one(tenantId, id)
      const chosen = chosenOf(row)
      if (!chosen?.action.find) {
        throw failed('unsupported', 'What was published there cannot be read from here. Look on the page itself.')
      }
      const sentAt = finder.attempts(id).findLast(({ sending_at }) => sending_at !== null)?.sending_at ?? row.created_at
      const signal = AbortSignal.timeout(lookupMs)
      const { call, exchange } = await caller.makeCall({ tenantId, provider: chosen.provider, repeat: 'safe', key: id, signal })
      try {
        const found = await chosen.action.find(chosen.input as never, call as never, sentAt - slackMs)
        return {
          since: toInstant(sentAt - slackMs),
          items: found.map((one) => ({ ...one, url: one.url ?? null, at: toInstant(one.at) })),
        }
      } catch (error) {
        const failure = callFailure(error, exchange, 'safe')
        throw failed(failure.kind, failure.message, failure)
      }
    },
  }
}
