/** API tokens: made for one tenant, told once, and worth nothing once they or their tenant are removed. */
import { and, eq, isNull, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { ApiToken } from '#shared/contract/system'
import { failed } from '#shared/failure'
import { spans, toInstant } from '#shared/time'
import { tokens } from '../database/schema/system.ts'
import { tenants } from '../database/schema/tenants.ts'
import type { Area } from '../engine.ts'
import type { AccessDeps, Authority, Tell } from './access.ts'
import { digestOf, newSecret } from './secrets.ts'

export interface Tokens {
  area: Area<'tokens'>
  authorityOf(secret: string): Authority | undefined
}

/** The last use of a token is written at most this often. */
const noteMs = spans.minute

type TokenRow = typeof tokens.$inferSelect

function toApiToken({ id, name, tenantId, agent, createdAt, lastUsedAt }: TokenRow): ApiToken {
  return {
    id,
    name,
    tenantId,
    agent,
    createdAt: toInstant(createdAt),
    lastUsedAt: lastUsedAt === null ? null : toInstant(lastUsedAt),
  }
}

export function createTokens({ database, now }: AccessDeps, tell: Tell): Tokens {
  const { orm, write } = database
  const isAlive = and(isNull(tokens.removedAt), isNull(tenants.removedAt))
  const withTenant = () =>
    orm.select({ token: tokens }).from(tokens).innerJoin(tenants, eq(tenants.id, tokens.tenantId)).$dynamic()
  const bySecret = withTenant()
    .where(and(eq(tokens.secretHash, sql.placeholder('secretHash')), isAlive))
    .prepare()

  function requireTenant(tenantId: string): void {
    const found = orm
      .select({ id: tenants.id })
      .from(tenants)
      .where(and(eq(tenants.id, tenantId), isNull(tenants.removedAt)))
      .get()
    if (!found) throw failed('not_found', `There is no tenant ${tenantId} that a token could be for.`)
  }

  function noteUse({ id, lastUsedAt }: TokenRow): void {
    if (lastUsedAt !== null && Math.abs(now() - lastUsedAt) < noteMs) return
    write(() => orm.update(tokens).set({ lastUsedAt: now() }).where(eq(tokens.id, id)).run()).catch(() => {
      // A full disk is told by whatever needs it; it is no reason to refuse who only asks.
    })
  }

  return {
    area: {
      list: async () => ({
        items: withTenant()
          .where(isAlive)
          .orderBy(tokens.createdAt)
          .all()
          .map(({ token }) => toApiToken(token)),
        nextCursor: null,
      }),
      create({ name, tenantId, agent = null }, actor) {
        const secret = newSecret('atlas_')
        return write(() => {
          requireTenant(tenantId)
          const secretHash = digestOf(secret)
          const row = { id: uuidv7(), name, tenantId, agent, secretHash, createdAt: now(), lastUsedAt: null, removedAt: null }
          orm.insert(tokens).values(row).run()
          tell('token.created', actor, { kind: 'token', id: row.id })
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
          tell('token.removed', actor, { kind: 'token', id })
          return { removed: true }
        })
      },
    },
    authorityOf(secret) {
      const found = bySecret.get({ secretHash: digestOf(secret) })
      if (!found) return undefined
      noteUse(found.token)
      const { id, tenantId, agent } = found.token
      return { actor: { kind: 'token', id }, tenantId, ...(agent === null ? {} : { hookOf: agent }) }
    },
  }
}
