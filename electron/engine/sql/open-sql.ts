/** PostgreSQL for providers: one connection for one piece of work, only to where the credential points, its refusals explained. */
import type { Client, ClientConfig } from 'pg'
import { AppError, failed } from '#shared/failure'
import type { SqlOpening, SqlQuery } from '../../kit/call.ts'
import { explainSql } from './explain.ts'

const connectMs = 10_000
/** The server is told to stop sooner; this is for one that does not answer at all. */
const silenceMs = 15_000

/** Addresses of databases that a credential names. */
function addressesIn(credential: unknown): string[] {
  const values = typeof credential === 'object' && credential !== null ? Object.values(credential) : []
  return values.filter((value): value is string => typeof value === 'string' && /^postgres(ql)?:\/\//.test(value))
}

interface Place {
  host: string
  port: number
  loopback: boolean
}

function placeOf(url: string): Place & { user: string; password: string; database: string } {
  if (!URL.canParse(url))
    throw failed(
      'invalid',
      'The database URL cannot be read. Characters such as @ and / in the password must be percent-encoded.',
    )
  const parsed = new URL(url)
  const host = parsed.hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    port: Number(parsed.port || 5432),
    loopback: ['127.0.0.1', 'localhost', '::1'].includes(host),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)) || 'postgres',
  }
}

/**
 * Plain on this machine, verified TLS anywhere else.
 *
 * Why   no `options` and no timeouts at startup: a transaction pooler refuses parameters it does not know
 */
function configOf(opening: Pick<SqlOpening<unknown>, 'url' | 'ca'>): ClientConfig {
  const { loopback, ...place } = placeOf(opening.url)
  const ca = opening.ca === undefined ? {} : { ca: opening.ca }
  const ssl = loopback && opening.ca === undefined ? false : { rejectUnauthorized: true, servername: place.host, ...ca }
  return { ...place, ssl, connectionTimeoutMillis: connectMs, query_timeout: silenceMs }
}

function queryOn(client: Client): SqlQuery {
  return async (text, values = []) => {
    // Extended without a name: one statement a question, and nothing is left behind on a pooled connection.
    const { fields, rows } = await client.query({ text, values, queryMode: 'extended' } as { text: string; values: unknown[] })
    return { fields: fields.map(({ name }) => name), rows: rows as Record<string, unknown>[] }
  }
}

export async function openSql<T>(credential: unknown, opening: SqlOpening<T>, signal: AbortSignal): Promise<T> {
  if (!addressesIn(credential).includes(opening.url)) {
    throw failed('unexpected', 'A database was named that is not one of the connection; nothing was sent.')
  }
  const config = configOf(opening)
  const { default: pg } = await import('pg')
  const client = new pg.Client(config)
  // What breaks between two questions is told by the next one.
  client.on('error', () => undefined)
  const stop = () => void client.end().catch(() => undefined)
  signal.addEventListener('abort', stop)
  try {
    signal.throwIfAborted()
    await client.connect()
    return await opening.run(queryOn(client))
  } catch (error) {
    if (error instanceof AppError) throw error
    if (signal.aborted) throw failed('cancelled', 'It was stopped before an answer came.')
    throw explainSql(error, `${config.host}:${config.port}`)
  } finally {
    signal.removeEventListener('abort', stop)
    await client.end().catch(() => undefined)
  }
}
