import { describe, expect, it } from 'vitest'
import { FailureKind, failed } from '#shared/failure'
import { mayFallOver, routeKind } from './route.ts'

const microsoft = { provider: 'microsoft', name: 'Microsoft 365' }
const resend = { provider: 'resend', name: 'Resend' }
const order = ['microsoft', 'resend']

describe('routeKind', () => {
  it('takes the first of the order, however the candidates are listed', () => {
    expect(routeKind({ order, candidates: [resend, microsoft], tried: {} })).toEqual({ provider: 'microsoft' })
    expect(routeKind({ order: ['resend'], candidates: [microsoft, resend], tried: {} })).toEqual({ provider: 'resend' })
  })

  it('passes over who cannot do it now and who was tried', () => {
    const blocked = { ...microsoft, why: 'not connected' }
    expect(routeKind({ order, candidates: [blocked, resend], tried: {} })).toEqual({ provider: 'resend' })
    const tried = { microsoft: failed('quota', 'The mailbox is over its limit.').failure }
    expect(routeKind({ order, candidates: [microsoft, resend], tried })).toEqual({ provider: 'resend' })
  })

  it('ignores a name in the order that serves nothing', () => {
    expect(routeKind({ order: ['gone', 'resend'], candidates: [resend], tried: {} })).toEqual({ provider: 'resend' })
  })

  it('names each provider with its reason when nobody can', () => {
    const tried = { resend: failed('quota', 'The daily quota is used up.', { code: 'daily_quota_exceeded' }).failure }
    const route = routeKind({ order, candidates: [{ ...microsoft, why: 'not connected' }, resend], tried })
    expect(route).toEqual({
      failure: {
        kind: 'quota',
        code: 'daily_quota_exceeded',
        message: 'No provider can do it now. Microsoft 365: not connected. Resend: The daily quota is used up.',
      },
    })
  })

  it('waits for the one that recovers soonest rather than reading as a final refusal', () => {
    const tried = {
      microsoft: failed('unauthorized', 'The secret has expired.').failure,
      resend: failed('rate_limited', 'Too many requests.', { retryAfterMs: 2_000 }).failure,
    }
    const route = routeKind({ order, candidates: [microsoft, resend], tried })
    expect(route).toMatchObject({ failure: { kind: 'rate_limited', retryAfterMs: 2_000 } })
  })

  it('leads to the repair that the first failure names', () => {
    const action = { label: 'Connect again', href: '/integrations/microsoft' }
    const tried = {
      resend: failed('forbidden', 'No domain is verified.').failure,
      microsoft: failed('unauthorized', 'The secret has expired.', { action }).failure,
    }
    expect(routeKind({ order, candidates: [microsoft, resend], tried })).toMatchObject({
      failure: { kind: 'unauthorized', action },
    })
  })

  it('answers in words when nothing serves the kind', () => {
    expect(routeKind({ order, candidates: [], tried: {} })).toEqual({
      failure: { kind: 'unavailable', message: 'No provider can do it now. None serves it.' },
    })
  })
})

describe('mayFallOver', () => {
  const certain = [
    'unauthorized',
    'forbidden',
    'quota',
    'rate_limited',
    'unavailable',
    'unsupported',
    'not_found',
    'pending_verification',
  ]

  it.each(FailureKind.options)('%s', (kind) => {
    expect(mayFallOver(failed(kind, 'x').failure)).toBe(certain.includes(kind))
  })
})
