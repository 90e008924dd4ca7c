/** Chooses the provider of a kind that several serve, and says when the next one may take over. Pure. */
import type { Failure, FailureKind } from '#shared/failure'

/** A provider that serves the kind; `why` says in words what keeps it from doing so now. */
export interface Candidate {
  provider: string
  name: string
  why?: string
}

export interface RouteQuestion {
  /** Provider ids, the preferred one first; those it does not name come last, as they stand. */
  order: readonly string[]
  candidates: readonly Candidate[]
  /** Failures of the providers that were tried in this round, by provider id. */
  tried: Readonly<Record<string, Failure>>
}

export type Route = { provider: string } | { failure: Failure }

/** Kinds after which the order certainly did not go out, and another provider may do better. */
const anotherMayDo: ReadonlySet<FailureKind> = new Set([
  'unauthorized',
  'forbidden',
  'quota',
  'rate_limited',
  'unavailable',
  'unsupported',
  'not_found',
  'pending_verification',
])

export function mayFallOver(failure: Failure): boolean {
  return anotherMayDo.has(failure.kind)
}

export function routeKind(question: RouteQuestion): Route {
  const candidates = inOrder(question)
  const able = candidates.find(({ provider, why }) => why === undefined && !Object.hasOwn(question.tried, provider))
  return able ? { provider: able.provider } : { failure: nobodyCan(candidates, question.tried) }
}

function inOrder({ order, candidates }: RouteQuestion): Candidate[] {
  const place = ({ provider }: Candidate) => (order.includes(provider) ? order.indexOf(provider) : order.length)
  return candidates.toSorted((a, b) => place(a) - place(b))
}

/** Takes the kind of whoever may recover by itself, so that a passing fault never reads as a final refusal. */
function nobodyCan(candidates: readonly Candidate[], tried: RouteQuestion['tried']): Failure {
  const failures = candidates.flatMap(({ provider }) => tried[provider] ?? [])
  const passing = failures.filter(({ kind }) => kind === 'rate_limited' || kind === 'unavailable')
  const telling = passing.toSorted((a, b) => (a.retryAfterMs ?? 0) - (b.retryAfterMs ?? 0))[0] ?? failures[0]
  const reasons = candidates.map((candidate) => `${candidate.name}: ${reasonOf(candidate, tried)}`)
  return {
    kind: telling?.kind ?? 'unavailable',
    message: `No provider can do it now. ${reasons.join(' ') || 'None serves it.'}`,
    ...(telling?.code === undefined ? {} : { code: telling.code }),
    ...(telling?.action === undefined ? {} : { action: telling.action }),
    ...(telling?.retryAfterMs === undefined ? {} : { retryAfterMs: telling.retryAfterMs }),
  }
}

function reasonOf({ provider, why }: Candidate, tried: RouteQuestion['tried']): string {
  const reason = tried[provider]?.message ?? why ?? 'no reason given'
  return /[.!?]$/.test(reason) ? reason : `${reason}.`
}
