import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chainHash } from './append.ts'

test('the hash of an event is that of its canonical JSON, whatever its words', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 })
  const event = fc.record({
    chain: text,
    seq: fc.nat(),
    at: fc.maxSafeNat(),
    actorKind: text,
    actorId: text,
    action: text,
    targetKind: text,
    targetId: text,
    outcome: text,
    detail: fc.json(),
    prevHash: text,
  })
  fc.assert(
    fc.property(event, (one) => {
      expect(chainHash(one)).toBe(hash('sha256', canonicalize({ v: 1, ...one }) as string, 'hex'))
    }),
  )
})
