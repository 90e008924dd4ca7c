/** Lends files to providers that fetch them by themselves: at an address of the tenant's own storage that ends, and the copy goes after it. */
import { extname } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { AppError, failed } from '#shared/failure'
import { spans } from '#shared/time'
import type { AskAction } from '../connections/ask-action.ts'
import type { Database } from '../database/open.ts'

export interface Lending {
  /** An address at which the tray's file can be read for two hours. */
  lendFile(tenantId: string, file: { id: string; filename: string }): Promise<string>
  /** The same for a file that lies in the storage already. */
  lendPath(tenantId: string, path: string): Promise<string>
  /** Takes back what nobody can be reading any more. */
  sweep(): Promise<void>
}

export interface LendingDeps {
  database: Database
  ask: AskAction
  isConnected(tenantId: string, provider: string): boolean
  now(): number
}

const linkSeconds = 7_200
/** Copies are kept a while beyond their link: a provider may be in the middle of reading. */
const keptMs = 6 * spans.hour

export function createLending({ database, ask, isConnected, now }: LendingDeps): Lending {
  const { sqlite } = database
  const note = sqlite.prepare('INSERT OR REPLACE INTO lent_files (tenant_id, path, until) VALUES (?, ?, ?)')
  const forget = sqlite.prepare('DELETE FROM lent_files WHERE tenant_id = ? AND path = ?')
  const over = sqlite.prepare<[number], { tenant_id: string; path: string }>(
    'SELECT tenant_id, path FROM lent_files WHERE until < ? ORDER BY until LIMIT 100',
  )

  function requireStorage(tenantId: string): void {
    if (isConnected(tenantId, 'supabase')) return
    const message =
      'This provider fetches media by itself, and there is no place to lend it from. Connect Supabase, or name the medium by a public https address.'
    throw failed('unsupported', message, { action: { label: 'Connect Supabase', href: '/integrations/supabase' } })
  }

  async function lendPath(tenantId: string, path: string): Promise<string> {
    requireStorage(tenantId)
    const { url } = await ask(tenantId, { provider: 'supabase', action: 'file.url', input: { path, expiresIn: linkSeconds } })
    return String(url)
  }

  async function takeBack(tenantId: string, path: string): Promise<void> {
    try {
      if (isConnected(tenantId, 'supabase'))
        await ask(tenantId, { provider: 'supabase', action: 'file.delete', input: { paths: [path] } })
    } catch (error) {
      // Asked again with the next sweep, as long as asking again can help.
      if (error instanceof AppError && ['unavailable', 'rate_limited', 'unauthorized'].includes(error.failure.kind)) return
    }
    await database.write(() => {
      forget.run(tenantId, path)
    })
  }

  return {
    lendPath,
    async lendFile(tenantId, { id, filename }) {
      requireStorage(tenantId)
      const ending = /^\.\w{1,8}$/.test(extname(filename)) ? extname(filename).toLowerCase() : ''
      const path = `lent/${uuidv7()}${ending}`
      // Noted before it is there: a copy that nobody knows of would stay for ever.
      await database.write(() => {
        note.run(tenantId, path, now() + keptMs)
      })
      await ask(tenantId, {
        provider: 'supabase',
        action: 'file.upload',
        input: { path, file: id },
        signal: AbortSignal.timeout(600_000),
      })
      return lendPath(tenantId, path)
    },
    async sweep() {
      for (const { tenant_id, path } of over.all(now())) await takeBack(tenant_id, path)
    },
  }
}
