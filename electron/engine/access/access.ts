/** Who may ask: API tokens of tenants, the operator's own token, sessions of browsers and the one-time codes that open them. */
import { spans } from '#shared/time'
import { type AuditAppender, systemChain } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import type { Actor, Area } from '../engine.ts'
import { isSameSecret } from './secrets.ts'
import { createSessions } from './sessions.ts'
import { createTokens } from './tokens.ts'

/** Who asks, and for which tenant alone; null means every tenant. */
export interface Authority {
  actor: Actor
  tenantId: string | null
  /** May hand events to this agent, and do nothing else. */
  hookOf?: string
}

export interface Access {
  tokens: Area<'tokens'>
  /** Whom a bearer secret belongs to; undefined when to nobody. */
  authenticate(secret: string): Authority | undefined
  /** A code for one sign-in, good for ten minutes. */
  issueSignInCode(): Promise<string>
  /** Trades a code for a session secret; undefined when it is spent, old or made up. */
  signIn(code: string): Promise<string | undefined>
  /** Whom a session belongs to. */
  session(secret: string): Authority | undefined
  signOut(secret: string): Promise<void>
  /** Records that somebody named a tenant that is not theirs. */
  noteForeignTenant(authority: Authority, tenantId: string): void
}

export interface AccessDeps {
  database: Database
  audit: AuditAppender
  now(): number
  /** Bearer of the operator, from the environment; never stored. */
  operatorToken: string | undefined
}

/** Writes one event of the installation's chain. Call only inside a change. */
export type Tell = (action: string, actor: Actor, target: { kind: string; id: string }, outcome?: 'ok' | 'refused') => void

/** Refusals of a kind are audited at most this often, so that nobody can flood the log. */
const refusalMs = spans.second
const longestName = 64

export function createAccess(deps: AccessDeps): Access {
  const { database, audit, now, operatorToken } = deps
  const refusedAt = new Map<string, number>()
  const tell: Tell = (action, actor, target, outcome = 'ok') => audit.append(systemChain, { actor, action, outcome, target })
  const tokens = createTokens(deps, tell)
  const sessions = createSessions(deps, tell)

  async function tellRefusal(action: string, actor: Actor, target: { kind: string; id: string }): Promise<void> {
    const before = refusedAt.get(action)
    if (before !== undefined && Math.abs(now() - before) < refusalMs) return
    refusedAt.set(action, now())
    await database.write(() => tell(action, actor, target, 'refused'))
  }

  return {
    tokens: tokens.area,
    authenticate(secret) {
      if (operatorToken && isSameSecret(secret, operatorToken))
        return { actor: { kind: 'operator', id: 'environment' }, tenantId: null }
      return tokens.authorityOf(secret)
    },
    issueSignInCode: sessions.issueSignInCode,
    async signIn(code) {
      const secret = await sessions.open(code)
      if (secret === undefined)
        await tellRefusal('session.refused', { kind: 'system', id: 'gateway' }, { kind: 'session', id: 'browser' })
      return secret
    },
    session: sessions.authorityOf,
    signOut: sessions.close,
    noteForeignTenant({ actor }, tenantId) {
      tellRefusal('tenant.refused', actor, { kind: 'tenant', id: tenantId.slice(0, longestName) }).catch(() => {
        // The caller is refused all the same; a database that cannot be written is told by whatever needs it.
      })
    },
  }
}
