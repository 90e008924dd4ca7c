/** Who may ask: API tokens of tenants, the operator's own token, sessions of browsers and the one-time codes that open them. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { and, eq, isNull, lt } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { ApiToken } from '#shared/contract/system'
import { failed } from '#shared/failure'
import { spans, toInstant } from '#shared/time'
import { type AuditAppender, systemChain } from '../audit/append.ts'
import type { Database } from '../database/open.ts'
import { sessions, signInCodes, tokens } from '../database/schema/system.ts'
import type { Actor, Area } from '../engine.ts'

/** Who asks, and for which tenant alone; null means every tenant. */
export interface Authority {
  actor: Actor
  tenantId: string | null
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
}

export interface AccessDeps {
  database: Database
  audit: AuditAppender
  now(): number
  /** Bearer of the operator, from the environment; never stored. */
  operatorToken: string | undefined
}

const codeMs = 10 * spans.minute
const sessionMs = 30 * spans.day
/** The last use of a token is written at most this often. */
const noteMs = spans.minute
/** Refused sign-ins are audited at most this often, so that nobody can flood the log. */
const refusalMs = spans.second

const operator: Actor = { kind: 'operator', id: 'operator' }

function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`
}

function digestOf(secret: string): string {
  return hash('sha256', secret, 'hex')
}

function sameSecret(given: string, wanted: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(given)), Buffer.from(digestOf(wanted)))
}

function toApiToken(row: typeof tokens.$inferSelect): ApiToken {
  const { id, name, tenantId, createdAt, lastUsedAt } = row
  return { id, name, tenantId, createdAt: toInstant(createdAt), lastUsedAt: lastUsedAt === null ? null : toInstant(lastUsedAt) }
}

export function createAccess({ database, audit, now, operatorToken }: AccessDeps): Access {
  const { orm, write } = database
  let refusedAt = Number.NEGATIVE_INFINITY

  function told(action: string, actor: Actor, target: { kind: string; id: string }, outcome: 'ok' | 'refused' = 'ok'): void {
    audit.append(systemChain, { actor, action, outcome, target })
  }

  function noteUse(row: typeof tokens.$inferSelect): void {
    if (row.lastUsedAt !== null && now() - row.lastUsedAt < noteMs) return
    void write(() => orm.update(tokens).set({ lastUsedAt: now() }).where(eq(tokens.id, row.id)).run())
  }

  async function refuse(): Promise<undefined> {
    if (now() - refusedAt < refusalMs) return undefined
    refusedAt = now()
    await write(() => told('session.refused', { kind: 'system', id: 'gateway' }, { kind: 'session', id: 'browser' }, 'refused'))
    return undefined
  }

  return {
    tokens: {
      list: async () => ({
        items: orm.select().from(tokens).where(isNull(tokens.removedAt)).orderBy(tokens.createdAt).all().map(toApiToken),
        nextCursor: null,
      }),
      create({ name, tenantId }, actor) {
        const secret = newSecret('atlas_')
        return write(() => {
          const row = {
            id: uuidv7(),
            name,
            tenantId,
            secretHash: digestOf(secret),
            createdAt: now(),
            lastUsedAt: null,
            removedAt: null,
          }
          orm.insert(tokens).values(row).run()
          told('token.created', actor, { kind: 'token', id: row.id })
          return { token: toApiToken(row), secret }
        })
      },
      remove({ id }, actor) {
        return write(() => {
          const done = orm
            .update(tokens)
            .set({ removedAt: now() })
            .where(and(eq(tokens.id, id), isNull(tokens.removedAt)))
            .run()
          if (done.changes === 0) throw failed('not_found', `There is no token ${id}.`)
          told('token.removed', actor, { kind: 'token', id })
          return { removed: true }
        })
      },
    },
    authenticate(secret) {
      if (operatorToken && sameSecret(secret, operatorToken))
        return { actor: { kind: 'operator', id: 'environment' }, tenantId: null }
      const found = orm
        .select()
        .from(tokens)
        .where(and(eq(tokens.secretHash, digestOf(secret)), isNull(tokens.removedAt)))
        .get()
      if (!found) return undefined
      noteUse(found)
      return { actor: { kind: 'token', id: found.id }, tenantId: found.tenantId }
    },
    async issueSignInCode() {
      const code = newSecret('')
      await write(() => {
        orm.delete(signInCodes).where(lt(signInCodes.expiresAt, now())).run()
        orm
          .insert(signInCodes)
          .values({ codeHash: digestOf(code), expiresAt: now() + codeMs })
          .run()
      })
      return code
    },
    async signIn(code) {
      const secret = newSecret('')
      const opened = await write(() => {
        const spent = orm
          .delete(signInCodes)
          .where(eq(signInCodes.codeHash, digestOf(code)))
          .returning()
          .get()
        if (!spent || spent.expiresAt < now()) return false
        orm.delete(sessions).where(lt(sessions.expiresAt, now())).run()
        orm
          .insert(sessions)
          .values({ secretHash: digestOf(secret), createdAt: now(), expiresAt: now() + sessionMs })
          .run()
        told('session.opened', operator, { kind: 'session', id: digestOf(secret).slice(0, 12) })
        return true
      })
      return opened ? secret : refuse()
    },
    session(secret) {
      const row = orm
        .select()
        .from(sessions)
        .where(eq(sessions.secretHash, digestOf(secret)))
        .get()
      if (!row || row.expiresAt < now()) return undefined
      return { actor: operator, tenantId: null }
    },
    signOut(secret) {
      return write(() => {
        orm
          .delete(sessions)
          .where(eq(sessions.secretHash, digestOf(secret)))
          .run()
        told('session.closed', operator, { kind: 'session', id: digestOf(secret).slice(0, 12) })
      })
    },
  }
}
