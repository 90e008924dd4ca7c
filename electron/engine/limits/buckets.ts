/** Limit buckets of a tenant, durable: asked inside the claim, so that several processes share one truth. */
import type { AnyProvider, Limit } from '../../kit/define.ts'
import type { Database } from '../database/open.ts'
import { ask, intervalMs } from './gcra.ts'

export interface BucketState {
  tat: number
  heldUntil: number | null
  heldBecause: string | null
}

export interface HeldBucket extends BucketState {
  provider: string
  bucket: string
}

export interface Passage {
  allowed: boolean
  /** When it would pass (ms UTC). */
  freeAt: number
  /** Spacing of the bucket that refused, so that a queue of jobs can be laid out in time. */
  spacingMs: number
  /** Name of the bucket that refused. */
  bucket?: string
  why?: string
  held?: boolean
}

export interface Buckets {
  /** Asks all buckets of one action at once; takes from all of them or from none. Call inside a change. */
  take(tenantId: string, provider: AnyProvider, buckets: readonly string[], now: number): Passage
  /** Holds a bucket until an instant. Call inside a change. */
  hold(tenantId: string, provider: string, bucket: string, hold: { until: number; why: string }): void
  list(tenantId: string, provider?: string): HeldBucket[]
}

const open: Passage = { allowed: true, freeAt: 0, spacingMs: 0 }

/** The limit that a bucket key falls under: `chat:123` under `chat`. */
export function limitOf(provider: AnyProvider, bucket: string): Limit | undefined {
  const name = bucket.split(':', 1)[0]
  return provider.limits.find((limit) => limit.bucket === name)
}

export function createBuckets({ sqlite }: Database): Buckets {
  const read = sqlite.prepare(
    'SELECT tat, held_until AS heldUntil, held_because AS heldBecause FROM limit_buckets WHERE tenant_id = ? AND provider = ? AND bucket = ?',
  )
  const save = sqlite.prepare(
    'INSERT INTO limit_buckets (tenant_id, provider, bucket, tat) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET tat = excluded.tat, held_until = NULL, held_because = NULL',
  )
  const saveHold = sqlite.prepare(
    `INSERT INTO limit_buckets (tenant_id, provider, bucket, held_until, held_because) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET held_until = max(coalesce(held_until, 0), excluded.held_until), held_because = excluded.held_because`,
  )

  function stateOf(tenantId: string, provider: string, bucket: string): BucketState {
    return (read.get(tenantId, provider, bucket) as BucketState | undefined) ?? { tat: 0, heldUntil: null, heldBecause: null }
  }

  function askOne(state: BucketState, limit: Limit | undefined, bucket: string, now: number): Passage & { tat: number } {
    const spacingMs = limit ? intervalMs(limit) : 0
    if (state.heldUntil !== null && state.heldUntil > now) {
      return {
        allowed: false,
        freeAt: state.heldUntil,
        spacingMs,
        bucket,
        why: state.heldBecause ?? 'held',
        held: true,
        tat: state.tat,
      }
    }
    if (!limit) return { ...open, tat: state.tat }
    const decision = ask(state.tat, limit, now)
    if (decision.allowed) return { ...open, tat: decision.tat }
    return {
      allowed: false,
      freeAt: Math.ceil(decision.freeAt),
      spacingMs,
      bucket,
      why: limit.title,
      held: false,
      tat: state.tat,
    }
  }

  return {
    take(tenantId, provider, buckets, now) {
      const asked = buckets.map((bucket) =>
        askOne(stateOf(tenantId, provider.id, bucket), limitOf(provider, bucket), bucket, now),
      )
      const refused = asked.filter((passage) => !passage.allowed).sort((a, b) => b.freeAt - a.freeAt)[0]
      if (refused) return refused
      buckets.forEach((bucket, at) => {
        save.run(tenantId, provider.id, bucket, asked[at]?.tat ?? 0)
      })
      return open
    },
    hold(tenantId, provider, bucket, { until, why }) {
      saveHold.run(tenantId, provider, bucket, until, why)
    },
    list(tenantId, provider) {
      const rows = sqlite.prepare(
        `SELECT provider, bucket, tat, held_until AS heldUntil, held_because AS heldBecause FROM limit_buckets
         WHERE tenant_id = @tenantId AND (@provider IS NULL OR provider = @provider) ORDER BY provider, bucket LIMIT 200`,
      )
      return rows.all({ tenantId, provider: provider ?? null }) as HeldBucket[]
    },
  }
}
