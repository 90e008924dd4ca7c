/** Evidence for connections: every real call tells something, and the state follows from what was told last. */
import type { Failure } from '#shared/failure'
import { spans } from '#shared/time'
import type { Announcements } from '../announcements.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Notices } from '../escalation/notices.ts'
import type { ConnectionRow } from './rows.ts'

export interface ProofOrder {
  tenantId: string
  provider: string
  /** The call that was made, in a word. */
  call: string
  failure?: Failure | undefined
  /** A check is always noted; a send that only confirms what is known is noted once a minute. */
  always?: boolean
}

export interface Proofs {
  /** Records what a call proved. Call inside a change. */
  record(tx: Change, proof: ProofOrder): void
}

/** Kinds that say something about the connection itself, not about one message. */
const aboutTheConnection = new Set<Failure['kind']>(['unauthorized', 'pending_verification'])
/** Kinds that a check may meet on the way and that say that it could not be told. */
const onTheWay = new Set<Failure['kind']>(['unavailable', 'rate_limited', 'unknown', 'unexpected'])

/** What a connection says of itself so far. */
type Known = Pick<ConnectionRow, 'last_ok_at' | 'failure'>

export interface ProofsDeps {
  database: Database
  announcements: Announcements
  notices: Notices
  nameOf(provider: string): string
  now(): number
}

export function createProofs({ database, announcements, notices, nameOf, now }: ProofsDeps): Proofs {
  const { sqlite } = database
  const insert = sqlite.prepare(
    'INSERT INTO connection_proofs (tenant_id, provider, at, ok, call, failure) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const trim = sqlite.prepare(
    `DELETE FROM connection_proofs WHERE tenant_id = ? AND provider = ? AND id NOT IN
       (SELECT id FROM connection_proofs WHERE tenant_id = ? AND provider = ? ORDER BY id DESC LIMIT 20)`,
  )
  const last = sqlite.prepare('SELECT last_ok_at, failure FROM connections WHERE tenant_id = ? AND provider = ?')
  const good = sqlite.prepare(
    'UPDATE connections SET last_ok_at = ?, failure = NULL, failed_at = NULL WHERE tenant_id = ? AND provider = ?',
  )
  const bad = sqlite.prepare('UPDATE connections SET failure = ?, failed_at = ? WHERE tenant_id = ? AND provider = ?')

  /** A send refused for its own sake proves that the connection works up to there, and changes nothing. */
  function saysNothing({ failure, always }: ProofOrder, known: Known): boolean {
    if (always) return false
    if (failure) return !aboutTheConnection.has(failure.kind)
    return known.last_ok_at !== null && now() - known.last_ok_at < spans.minute && known.failure === null
  }

  function tellPerson(tx: Change, { tenantId, provider, failure }: ProofOrder): void {
    if (!failure) {
      notices.close(tx, tenantId, 'connection_broken', provider)
      return
    }
    if (onTheWay.has(failure.kind)) return
    const title = `${nameOf(provider)} needs attention`
    notices.raise(tx, tenantId, {
      kind: 'connection_broken',
      cause: provider,
      title,
      message: failure.message,
      href: `/integrations?provider=${provider}`,
    })
  }

  return {
    record(tx, proof) {
      const { tenantId, provider, call, failure } = proof
      const known = last.get(tenantId, provider) as Known | undefined
      if (!known || saysNothing(proof, known)) return
      insert.run(tenantId, provider, now(), failure ? 0 : 1, call, failure ? JSON.stringify(failure) : null)
      trim.run(tenantId, provider, tenantId, provider)
      if (failure) bad.run(JSON.stringify(failure), now(), tenantId, provider)
      else good.run(now(), tenantId, provider)
      tellPerson(tx, proof)
      tx.afterCommit(() => announcements.announce('connection.changed', tenantId, provider))
    },
  }
}
