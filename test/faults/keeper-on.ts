/** The keeper of credentials on a database and a vault, for programs that are killed or made to wait. */
import { createAnnouncements } from '../../electron/engine/announcements.ts'
import { createAuditAppender } from '../../electron/engine/audit/append.ts'
import { createKeeper } from '../../electron/engine/connections/keeper.ts'
import { createConnectionReader } from '../../electron/engine/connections/rows.ts'
import type { Database } from '../../electron/engine/database/open.ts'
import type { Vault } from '../../electron/engine/vault/vault.ts'

export function keeperOn(database: Database, vault: Vault): ReturnType<typeof createKeeper> {
  return createKeeper({
    database,
    audit: createAuditAppender(database, Date.now),
    announcements: createAnnouncements(),
    connections: createConnectionReader(database),
    vaultFor: () => vault,
    now: Date.now,
  })
}
