/** Limits of a tenant as a person reads them: headroom, reset, holds. */
import type { LimitState } from '#shared/contract/jobs'
import { toInstant } from '#shared/time'
import type { AnyProvider, Limit } from '../../kit/define.ts'
import { type Buckets, type HeldBucket, limitOf } from './buckets.ts'
import { headroom } from './gcra.ts'

function toLimitState(state: HeldBucket, limit: Limit, now: number): LimitState {
  const heldUntil = state.heldUntil !== null && state.heldUntil > now ? state.heldUntil : null
  return {
    provider: state.provider,
    bucket: state.bucket,
    title: limit.title,
    count: limit.count,
    perMs: limit.perMs,
    headroom: heldUntil === null ? headroom(state.tat, limit, now) : 0,
    resetsAt: state.tat > now ? toInstant(Math.ceil(state.tat)) : null,
    heldUntil: heldUntil === null ? null : toInstant(heldUntil),
    heldBecause: heldUntil === null ? null : state.heldBecause,
  }
}

export function createLimitView(catalog: Readonly<Record<string, AnyProvider>>, buckets: Buckets, now: () => number) {
  return (tenantId: string, provider?: string): LimitState[] =>
    buckets.list(tenantId, provider).flatMap((state) => {
      const known = catalog[state.provider]
      const limit = known ? limitOf(known, state.bucket) : undefined
      return limit ? [toLimitState(state, limit, now())] : []
    })
}
