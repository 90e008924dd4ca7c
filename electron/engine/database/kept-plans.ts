/**
 * Statements that are planned once.
 *
 * Why   SQLite looks at the value of a bare parameter when it plans, and so plans anew each time another value is bound: 6 µs beside an
 *       indexed column, 70 µs behind LIMIT. A sign before the parameter changes no value and keeps the plan.
 */
import type { Database as Sqlite } from 'better-sqlite3'

/** Texts, names and remarks, which stay as they are; or a parameter that has no sign yet. */
const tokens = /'[^']*'|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\/|(?<!\+)(?:\?\d*|@\w+)/g

/** The same statement with a sign before each parameter. */
export function keepPlan(sql: string): string {
  return sql.replace(tokens, (token) => (/^[?@]/.test(token) ? `+${token}` : token))
}

/** Lets every statement of a connection keep its plan. */
export function keepPlans(sqlite: Sqlite): void {
  const prepare = sqlite.prepare.bind(sqlite)
  sqlite.prepare = ((sql: string) => prepare(keepPlan(sql))) as typeof sqlite.prepare
}
