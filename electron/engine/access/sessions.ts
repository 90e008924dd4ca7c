/** Sessions of browsers, and the one-time codes that open them. */
import { eq, lt } from 'drizzle-orm'
import { spans } from '#shared/time'
import { sessions, signInCodes } from '../database/schema/system.ts'
import type { Actor } from '../engine.ts'
import type { AccessDeps, Authority, Tell } from './access.ts'
import { digestOf, newSecret } from './secrets.ts'

export interface Sessions {
  issueSignInCode(): Promise<string>
  /** A session's secret; undefined when the code is spent, old or made up. */
  open(code: string): Promise<string | undefined>
  authorityOf(secret: string): Authority | undefined
  close(secret: string): Promise<void>
}

const codeMs = 10 * spans.minute
/** A session ends this long after its last day of use. */
const sessionMs = 30 * spans.day
/** A session is prolonged at most this often. */
const prolongMs = spans.day

const operator: Actor = { kind: 'operator', id: 'operator' }

/** Names a session in the audit log without being of use to whoever reads it. */
function targetOf(secretHash: string) {
  return { kind: 'session', id: secretHash.slice(0, 12) }
}

export function createSessions({ database, now }: AccessDeps, tell: Tell): Sessions {
  const { orm, write } = database

  function prolong(secretHash: string, expiresAt: number): void {
    const wanted = now() + sessionMs
    if (wanted - expiresAt < prolongMs) return
    write(() => orm.update(sessions).set({ expiresAt: wanted }).where(eq(sessions.secretHash, secretHash)).run()).catch(() => {
      // The session still stands; the next request tries again.
    })
  }

  return {
    async issueSignInCode() {
      const code = newSecret()
      await write(() => {
        orm.delete(signInCodes).where(lt(signInCodes.expiresAt, now())).run()
        orm
          .insert(signInCodes)
          .values({ codeHash: digestOf(code), expiresAt: now() + codeMs })
          .run()
      })
      return code
    },
    async open(code) {
      const secret = newSecret()
      const secretHash = digestOf(secret)
      const isOpen = await write(() => {
        const spent = orm
          .delete(signInCodes)
          .where(eq(signInCodes.codeHash, digestOf(code)))
          .returning()
          .get()
        if (!spent || spent.expiresAt <= now()) return false
        orm.delete(sessions).where(lt(sessions.expiresAt, now())).run()
        orm
          .insert(sessions)
          .values({ secretHash, createdAt: now(), expiresAt: now() + sessionMs })
          .run()
        tell('session.opened', operator, targetOf(secretHash))
        return true
      })
      return isOpen ? secret : undefined
    },
    authorityOf(secret) {
      const secretHash = digestOf(secret)
      const row = orm.select().from(sessions).where(eq(sessions.secretHash, secretHash)).get()
      if (!row || row.expiresAt <= now()) return undefined
      prolong(secretHash, row.expiresAt)
      return { actor: operator, tenantId: null }
    },
    close(secret) {
      const secretHash = digestOf(secret)
      return write(() => {
        const done = orm.delete(sessions).where(eq(sessions.secretHash, secretHash)).run()
        if (done.changes > 0) tell('session.closed', operator, targetOf(secretHash))
      })
    },
  }
}
