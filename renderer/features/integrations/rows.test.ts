/** The list shows every provider once, narrows by words and state, and tells what a disconnection stops. */
import { describe, expect, it } from 'vitest'
import type { Connection } from '#shared/contract/connections'
import type { Provider } from '#shared/contract/providers'
import { blastRadius, toGroups } from './rows.ts'

const provider = (id: string, category: Provider['category']): Provider => ({
  id,
  name: id.toUpperCase(),
  category,
  summary: `What ${id} does`,
  docs: 'https://example.com',
  setup: [],
  notes: [],
  credential: {},
  settings: {},
  signIn: null,
  serves: [],
  publishes: [],
  pickers: [],
  receives: false,
  actions: [],
  limits: [],
  verification: { required: false, note: '' },
})

const connection = (id: string, state: Connection['state'], name: string): Connection => ({
  provider: id,
  state,
  account: { id: '1', name },
  credential: { set: true, fields: [], updatedAt: null, fingerprint: null },
  settings: {},
  capabilities: [],
  scopes: [],
  requiredScopes: [],
  missingScopes: [],
  expiresAt: null,
  lastOkAt: null,
  failure: null,
  proofs: [],
  usedBy: { agents: [], waitingJobs: 0 },
  endpoint: null,
})

const providers = [provider('alpha', 'payment'), provider('beta', 'communication'), provider('gamma', 'communication')]
const connections = [connection('beta', 'connected', 'Ops room'), connection('gamma', 'needs_attention', 'Lab')]

describe('integration rows', () => {
  it('groups every provider in a fixed order of categories', () => {
    const groups = toGroups(providers, connections, {})
    expect(groups.map(({ title, rows }) => [title, rows.map((row) => row.provider.id)])).toEqual([
      ['Communication', ['beta', 'gamma']],
      ['Payment', ['alpha']],
    ])
  })

  it('finds by account and by state; what was never set up is "not connected"', () => {
    const ids = (filter: Parameters<typeof toGroups>[2]) =>
      toGroups(providers, connections, filter).flatMap(({ rows }) => rows.map((row) => row.provider.id))
    expect(ids({ text: 'ops room' })).toEqual(['beta'])
    expect(ids({ status: 'needs_attention' })).toEqual(['gamma'])
    expect(ids({ status: 'not_connected' })).toEqual(['alpha'])
  })

  it('names what stops', () => {
    expect(blastRadius({ usedBy: { agents: ['Fran'], waitingJobs: 4 } })).toBe('agent Fran and 4 waiting jobs')
    expect(blastRadius({ usedBy: { agents: [], waitingJobs: 0 } })).toBe('')
  })
})
