/** Verification of one tenant, as the contract offers it. */
import type { ReviewCase } from '#shared/contract/verification'
import { failed } from '#shared/failure'
import { isCleared, stageWords } from '#shared/review'
import { toInstant, toMs } from '#shared/time'
import type { AnyProvider } from '../../kit/define.ts'
import type { Database } from '../database/open.ts'
import type { Actor, Area } from '../engine.ts'
import type { CasePatch, Cases } from './cases.ts'

export interface VerificationDeps {
  database: Database
  catalog: Readonly<Record<string, AnyProvider>>
  cases: Cases
  /** Queues every job of a provider that waits for its review; says how many. */
  resume(tenantId: string, provider: string, actor: Actor): Promise<number>
}

type Update = Parameters<Area<'verification'>['update']>[0]

const instant = (at: number | null) => (at === null ? null : toInstant(at))
const ms = (at: string | null | undefined) => (at === undefined || at === null ? at : toMs(at))

function toPatch({ stage, submittedAt, nextLookAt, checklist, notes, links }: Update): CasePatch {
  return { stage, submittedAt: ms(submittedAt), nextLookAt: ms(nextLookAt), checklist, notes, links }
}

export function createVerification({
  database,
  catalog,
  cases,
  resume,
}: VerificationDeps): (tenantId: string) => Area<'verification'> {
  const waiting = database.sqlite.prepare(
    `SELECT count(*) AS count FROM jobs WHERE tenant_id = ? AND provider = ? AND state = 'waiting' AND reason = 'verification'`,
  )

  function providerOf(id: string): AnyProvider {
    const provider = catalog[id]
    if (!provider) throw failed('not_found', `There is no provider ${id}. Known are ${Object.keys(catalog).join(', ')}.`)
    return provider
  }

  function toCase(tenantId: string, provider: AnyProvider): ReviewCase {
    const row = cases.row(tenantId, provider.id)
    const { required, note, review } = provider.verification
    const ticked = JSON.parse(row.checklist) as Record<string, number | null>
    const history = JSON.parse(row.history) as { stage: ReviewCase['stage']; at: number; by: string }[]
    return {
      provider: provider.id,
      name: provider.name,
      required,
      stage: cases.stage(tenantId, provider),
      told: row.stage !== null,
      since: instant(history.at(-1)?.at ?? null),
      submittedAt: instant(row.submitted_at),
      nextLookAt: instant(row.next_look_at),
      history: history.map((entry) => ({ ...entry, at: toInstant(entry.at) })),
      checklist: (review?.checklist ?? []).map((item) => ({
        ...item,
        done: typeof ticked[item.id] === 'number',
        doneAt: instant(ticked[item.id] ?? null),
      })),
      notes: row.notes,
      links: JSON.parse(row.links) as ReviewCase['links'],
      console: review?.console ?? null,
      about: note,
      meanwhile: review?.meanwhile ?? '',
      parks: [...(review?.parks ?? [])],
      parked: (waiting.get(tenantId, provider.id) as { count: number }).count,
    }
  }

  /** Those that hold something up come first, then those that are under way. */
  const weight = ({ stage, parked }: ReviewCase) => (isCleared(stage) ? 2 : Number(parked === 0))

  return (tenantId) => ({
    async list() {
      const all = Object.values(catalog).map((provider) => toCase(tenantId, provider))
      const concerned = all.filter(({ required, told }) => required || told)
      return { items: concerned.toSorted((a, b) => weight(a) - weight(b)), nextCursor: null }
    },
    get: async ({ provider }) => toCase(tenantId, providerOf(provider)),
    async update(input, actor) {
      const provider = providerOf(input.provider)
      await cases.update(tenantId, provider, toPatch(input), actor)
      return toCase(tenantId, provider)
    },
    async resume({ provider: id }, actor) {
      const provider = providerOf(id)
      const stage = cases.stage(tenantId, provider)
      if (!isCleared(stage)) {
        throw failed(
          'pending_verification',
          `The review at ${provider.name} is ${stageWords[stage]}: its posts would only wait again.`,
          {
            action: { label: 'Open the case', href: `/integrations?provider=${id}` },
          },
        )
      }
      return { resumed: await resume(tenantId, id, actor) }
    },
  })
}
