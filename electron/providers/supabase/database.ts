/** The project's database: whether its addresses work, and questions that cannot change anything. */
import { z } from 'zod'
import { AppError, type Failure, failed } from '#shared/failure'
import type { SqlQuery } from '../../kit/call.ts'
import { defineAction } from '../../kit/define.ts'
import type { SupabaseCall, SupabaseCredential } from './client.ts'

const docs = 'https://supabase.com/docs/guides/database/connecting-to-postgres'

type Way = 'pooled' | 'direct'

const Looked = z.strictObject({
  ok: z.boolean(),
  version: z.string().nullable(),
  user: z.string().nullable(),
  database: z.string().nullable(),
  /** One question and its answer, on a connection that stands. */
  latencyMs: z.number().nullable(),
  /** What stands in between; `pooled` where it is a pooler whose mode cannot be seen from here. */
  mode: z.enum(['direct', 'session', 'transaction', 'pooled']).nullable(),
  problem: z.string().nullable(),
})
type Looked = z.infer<typeof Looked>

const noUrl: Failure = {
  kind: 'unsupported',
  message: 'The Supabase connection has no database URL. Add the pooled or the direct one to its credential.',
  action: { label: 'Add a database URL', href: '/integrations/supabase' },
}

function refuses({ databaseUrl, directUrl }: SupabaseCredential): Failure | undefined {
  return databaseUrl === undefined && directUrl === undefined ? noUrl : undefined
}

const urlOf = ({ databaseUrl, directUrl }: SupabaseCredential, way: Way) => (way === 'pooled' ? databaseUrl : directUrl)

/** Supabase's poolers tell their mode by the port; any other pooler shows only by the server's port being another. */
function modeOf(url: string, serverPort: unknown): Looked['mode'] {
  const { hostname, port } = new URL(url)
  const isSupabase = /\.supabase\.(co|com)$/.test(hostname)
  if (isSupabase && port === '6543') return 'transaction'
  if (isSupabase && hostname.includes('.pooler.')) return 'session'
  return Number(serverPort) === Number(port || 5_432) ? 'direct' : 'pooled'
}

async function lookAt(call: SupabaseCall, url: string): Promise<Looked> {
  return call.sql({
    url,
    ca: call.settings.databaseCa,
    async run(query) {
      await query('SELECT 1')
      const begun = performance.now()
      const { rows } = await query(
        `SELECT current_setting('server_version') AS version, current_user AS "user", current_database() AS database, inet_server_port() AS port`,
      )
      const latencyMs = Math.round((performance.now() - begun) * 10) / 10
      const { version, user, database, port } = rows[0] ?? {}
      return {
        ok: true,
        version: String(version),
        user: String(user),
        database: String(database),
        latencyMs,
        mode: modeOf(url, port),
        problem: null,
      }
    },
  })
}

async function look(call: SupabaseCall, way: Way): Promise<Looked | null> {
  const url = urlOf(call.credential, way)
  if (url === undefined) return null
  try {
    return await lookAt(call, url)
  } catch (error) {
    if (!(error instanceof AppError) || error.failure.kind === 'cancelled') throw error
    const nothing = { version: null, user: null, database: null, latencyMs: null, mode: null }
    return { ok: false, ...nothing, problem: error.failure.message }
  }
}

export const checkDatabase = defineAction({
  title: 'Check the database',
  effect: 'Asks both database addresses who they are.',
  source: docs,
  repeat: 'safe',
  input: z.strictObject({}),
  output: z.strictObject({ pooled: Looked.nullable(), direct: Looked.nullable() }),
  subject: () => 'Check of the database',
  refuses,
  run: async (_input, call: SupabaseCall) => ({ pooled: await look(call, 'pooled'), direct: await look(call, 'direct') }),
})

function toJson(value: unknown): z.infer<ReturnType<typeof z.json>> {
  if (value === undefined || value === null) return null
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return `\\x${[...value].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
  if (typeof value === 'object') return JSON.parse(JSON.stringify(value))
  return typeof value === 'bigint' ? `${value}` : (value as string | number | boolean)
}

/**
 * Reads at most `limit` rows in a transaction that cannot write, and ends it in any case.
 *
 * Why   `SET LOCAL` and a cursor live and end with the transaction, so nothing is left behind on a pooled connection
 */
async function readOnly(query: SqlQuery, sql: string, limit: number) {
  await query('BEGIN TRANSACTION READ ONLY')
  try {
    await query("SET LOCAL statement_timeout = '10s'")
    await query(`DECLARE atlas_rows NO SCROLL CURSOR FOR ${sql}`)
    return await query(`FETCH FORWARD ${limit + 1} FROM atlas_rows`)
  } finally {
    await query('ROLLBACK').catch(() => undefined)
  }
}

/** Largest answer kept, in characters of its JSON. */
const mostText = 1_000_000

export const queryDatabase = defineAction({
  title: 'Ask the database',
  effect: 'Reads rows; nothing can be changed.',
  source: docs,
  repeat: 'safe',
  input: z.strictObject({
    sql: z.string().trim().min(1).max(20_000).meta({ title: 'SELECT statement', multiline: true }),
    limit: z.int().min(1).max(1_000).default(200).meta({ title: 'Rows' }),
    over: z.enum(['pooled', 'direct']).optional().meta({ title: 'Address', advanced: true }),
  }),
  output: z.strictObject({
    fields: z.array(z.string()),
    rows: z.array(z.record(z.string(), z.json())),
    truncated: z.boolean(),
    tookMs: z.int(),
  }),
  subject: ({ sql }) => `Ask the database: ${sql.replace(/\s+/g, ' ')}`.slice(0, 120),
  refuses,
  async run({ sql, limit, over }, call: SupabaseCall) {
    const { databaseUrl, directUrl } = call.credential
    const url = over === undefined ? (databaseUrl ?? directUrl) : urlOf(call.credential, over)
    if (url === undefined) throw failed('unsupported', `The Supabase connection has no ${over} database URL.`)
    const statement = sql.replace(/[\s;]+$/, '')
    const begun = performance.now()
    const run = (query: SqlQuery) => readOnly(query, statement, limit)
    const { fields, rows } = await call.sql({ url, ca: call.settings.databaseCa, run })
    const shown: Record<string, z.infer<ReturnType<typeof z.json>>>[] = []
    let size = 0
    for (const row of rows.slice(0, limit)) {
      const kept = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toJson(value)]))
      size += JSON.stringify(kept).length
      if (size > mostText) break
      shown.push(kept)
    }
    return { fields, rows: shown, truncated: shown.length < rows.length, tookMs: Math.round(performance.now() - begun) }
  },
})
