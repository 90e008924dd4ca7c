/** The list of migrations: forward only, in order; the database's `user_version` is how many it has seen. */

import { start } from './migrations/0001-start.ts'
import { billing } from './migrations/0002-billing.ts'

export interface Migration {
  name: string
  sql: string
}

export const migrations: readonly Migration[] = [
  { name: '0001-start', sql: start },
  { name: '0002-billing', sql: billing },
]
