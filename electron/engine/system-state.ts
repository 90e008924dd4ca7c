/** Small facts of the installation, by name. */
import { eq, sql } from 'drizzle-orm'
import type { Database } from './database/open.ts'
import { systemState } from './database/schema/system.ts'

export interface SystemState {
  get(key: string): string | undefined
  set(key: string, value: string): Promise<void>
}

export function createSystemState({ orm, write }: Database): SystemState {
  const read = orm
    .select({ value: systemState.value })
    .from(systemState)
    .where(eq(systemState.key, sql.placeholder('key')))
    .prepare()
  return {
    get: (key) => read.get({ key })?.value,
    set: (key, value) =>
      write(() => {
        orm.insert(systemState).values({ key, value }).onConflictDoUpdate({ target: systemState.key, set: { value } }).run()
      }),
  }
}
