/** Names that others rely on, written out once more: whoever changes one of them meets this file. */
import { isContractProcedure } from '@orpc/contract'
import { expect, test } from 'vitest'
import { ConnectionState } from '#shared/connection'
import { contract } from '#shared/contract/contract'
import { failureKinds } from '#shared/failure'
import { JobState, jobMoves, WaitReason } from '#shared/job'
import { jobKinds } from '#shared/job-kinds'
import { read } from './sources.ts'

/** The REST names of this build, as they were promised. */
const promised = [
  'GET /health',
  'GET /tenants',
  'POST /tenants',
  'PATCH /tenants/{tenantId}',
  'DELETE /tenants/{tenantId}',
  'GET /providers',
  'GET /connections',
  'GET /connections/{provider}',
  'PUT /connections/{provider}',
  'DELETE /connections/{provider}',
  'POST /connections/{provider}/check',
  'POST /oauth/{provider}/start',
  'GET /oauth/{provider}/status',
  'POST /jobs',
  'GET /jobs',
  'GET /jobs/{id}',
  'POST /jobs/{id}/cancel',
  'POST /jobs/{id}/retry',
  'POST /jobs/{id}/resolve',
  'POST /jobs/bulk',
  'GET /jobs/stats',
  'GET /audit',
  'POST /audit/verify',
  'GET /agents',
  'POST /telegram/save-chat',
  'GET /telegram/default-chat',
  'GET /files',
  'POST /files',
  'DELETE /files',
  'GET /files/url',
  'POST /media',
  'GET /media',
  'DELETE /media/{id}',
  'POST /ai/complete',
  'GET /billing',
  'GET /billing/plans',
  'GET /billing/subscriptions',
  'GET /billing/invoices',
  'GET /billing/events',
]

/** Served beside the contract, since they answer no JSON of a procedure. */
const promisedBeside = ['/v1/billing/webhook', '/v1/openapi.json', '/v1/audit/export', '/v1/metrics']

const routes = Object.entries(contract).flatMap(([area, procedures]) =>
  Object.entries(procedures).map(([name, procedure]) => {
    if (!isContractProcedure(procedure)) throw new Error(`${area}.${name} is no procedure`)
    const { route, inputSchema } = procedure['~orpc']
    return { name: `${area}.${name}`, route: `${route.method} ${route.path}`, summary: route.summary, inputSchema }
  }),
)

test.each(promised)('%s is where it was promised', (route) => {
  expect(routes.map((each) => each.route)).toContain(route)
})

test.each(promisedBeside)('%s is served by the gateway', (path) => {
  const gateway = ['gateway.ts', 'rest.ts'].map((name) => read(`electron/gateway/${name}`)).join('\n')
  expect(gateway).toContain(`'${path}'`)
})

test('no two procedures share a method and path', () => {
  const seen = routes.map(({ route }) => route.replace(/\{\w+\}/g, '{}'))
  expect(seen.filter((route, at) => seen.indexOf(route) !== at)).toEqual([])
})

test.each(routes)('$name says in words what it does and refuses what it does not know', ({ summary, inputSchema }) => {
  expect(summary).toBeTruthy()
  const schema = inputSchema?.['~standard']
  const told = schema?.validate({ plantedUnknownField: true })
  expect(told).toMatchObject({ issues: expect.arrayContaining([expect.anything()]) })
})

test('a session sends nothing to change by GET', () => {
  const reading =
    /\.(list|get|health|about|vault|settings|notices|news|inbox|faults|count|stats|pauses|window|facets|importOffers|status|conversations|messages|agents|defaultChat|url|preview|usage|policy|models|overview|plans|customers|subscriptions|invoices|paymentMethods|events|tools|templates|exportFile|steps|writing|calendar|slots|nextSlot)$/
  expect(routes.filter(({ route, name }) => route.startsWith('GET ') && !reading.test(name)).map(({ name }) => name)).toEqual([])
})

test('the states and kinds that others store and compare are these', () => {
  expect(JobState.options).toEqual(['queued', 'running', 'waiting', 'succeeded', 'failed', 'unknown', 'cancelled'])
  expect(WaitReason.options).toEqual(['approval', 'operator', 'verification', 'connection'])
  expect(ConnectionState.options).toEqual([
    'not_connected',
    'connected',
    'limited',
    'needs_attention',
    'pending_verification',
    'retrying',
  ])
  expect(Object.keys(jobKinds)).toEqual([
    'EMAIL_SEND',
    'TEAMS_SEND',
    'TELEGRAM_SEND',
    'SLACK_SEND',
    'SOCIAL_POST',
    'FILE_UPLOAD',
    'AGENT_RUN',
    'ACTION_RUN',
  ])
  expect(Object.fromEntries(Object.entries(failureKinds).map(([kind, { status }]) => [kind, status]))).toEqual({
    invalid: 400,
    unauthorized: 401,
    forbidden: 403,
    not_found: 404,
    conflict: 409,
    rejected: 422,
    quota: 402,
    rate_limited: 429,
    unavailable: 503,
    unknown: 504,
    pending_verification: 409,
    unsupported: 422,
    cancelled: 409,
    unexpected: 500,
  })
})

test('nothing moves out of unknown by itself', () => {
  const leaving = Object.entries(jobMoves)
    .filter(([, { from }]) => from.includes('unknown'))
    .map(([move]) => move)
  expect(leaving).toEqual(['resolve_sent', 'resolve_again', 'late_answer'])
})
