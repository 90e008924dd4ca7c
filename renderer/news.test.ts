/** News reaches what is on screen, never another tenant's, and every name in the table is one of the contract's. */
import { describe, expect, it } from 'vitest'
import { contract } from '#shared/contract/contract'
import { staleBy, touchedBy } from './news.ts'

describe('news', () => {
  it('makes stale what exists in the contract', () => {
    const areas: Record<string, Record<string, unknown>> = contract
    for (const [area, procedure] of Object.values(staleBy).flat()) {
      if (area === undefined) continue
      expect(Object.keys(areas)).toContain(area)
      if (procedure !== undefined) expect(Object.keys(areas[area] ?? {})).toContain(procedure)
    }
  })

  it('leaves the screen alone when another tenant is meant', () => {
    expect(touchedBy({ topic: 'job.changed', tenantId: 'acme', ids: [] }, 'demo')).toEqual([])
    expect(touchedBy({ topic: 'job.changed', tenantId: 'demo', ids: [] }, 'demo')).toContainEqual(['jobs'])
    expect(touchedBy({ topic: 'vault.changed', tenantId: null, ids: [] }, 'demo')).toContainEqual(['connections'])
  })

  it('asks again for everything after a gap', () => {
    expect(touchedBy({ topic: 'missed', tenantId: null, ids: [] }, 'demo')).toEqual([[]])
  })
})
