/** What PostgreSQL, a pooler or the network mean by an error, for an operator. Pure. */
import { type AppError, type FailureKind, failed } from '#shared/failure'

interface Explained {
  kind: FailureKind
  told: string
}

const dashboard = 'https://supabase.com/dashboard/project/_/database/settings'

const pooled: Explained = {
  kind: 'unsupported',
  told: 'A prepared statement met another server connection: this is the transaction pooler (port 6543), which keeps none between transactions. Use the session pooler (port 5432) or the direct address for it.',
}

const codes: Readonly<Record<string, Explained>> = {
  '28P01': { kind: 'unauthorized', told: 'the password or the user is wrong. On the pooler the user is postgres.<project ref>.' },
  '28000': { kind: 'unauthorized', told: 'this user may not sign in from here.' },
  '3D000': { kind: 'not_found', told: 'there is no database of that name. At Supabase it is called postgres.' },
  '53300': { kind: 'unavailable', told: 'all connections are taken. It is tried again; the pooled address takes more.' },
  '57P01': { kind: 'unavailable', told: 'an administrator or a restart ended the connection. It is tried again.' },
  '57P03': { kind: 'unavailable', told: 'it is starting or shutting down. It is tried again.' },
  '08006': { kind: 'unavailable', told: 'the connection broke.' },
  '08001': { kind: 'unavailable', told: 'the pooler could not reach the database.' },
  '08P01': { kind: 'rejected', told: 'the pooler refused the connection.' },
  '57014': { kind: 'rejected', told: 'the statement took longer than it may (10 seconds). Narrow it.' },
  '25006': { kind: 'forbidden', told: 'it would change something, and only reading is allowed here.' },
  '42501': { kind: 'forbidden', told: 'this user lacks a permission for it.' },
  '26000': pooled,
  '42P05': pooled,
  ENOTFOUND: { kind: 'unavailable', told: 'its name is not known. Check the address; a paused project has none.' },
  EAI_AGAIN: { kind: 'unavailable', told: 'its name could not be looked up just now.' },
  ECONNREFUSED: { kind: 'unavailable', told: 'nobody answers there.' },
  ECONNRESET: { kind: 'unavailable', told: 'the connection broke.' },
  ETIMEDOUT: { kind: 'unavailable', told: 'it did not answer in time.' },
  ENETUNREACH: {
    kind: 'unavailable',
    told: 'this network cannot reach it. The direct address of Supabase answers over IPv6 only: use the session pooler (port 5432 of the pooler’s host), or the IPv4 add-on.',
  },
}

const certificate: Explained = {
  kind: 'forbidden',
  told: 'its certificate could not be verified. Paste the certificate of Database Settings › SSL configuration into Database certificate.',
}

const certificateCodes = /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|CERT_|ERR_TLS)/

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Errors that carry no code of their own. */
function unnamed(message: string): Explained | undefined {
  if (/does not support SSL/i.test(message)) return { kind: 'forbidden', told: 'it offers no TLS, so nothing was sent to it.' }
  if (/timeout expired|Query read timeout/i.test(message)) return codes.ETIMEDOUT
  if (/Connection terminated/i.test(message)) return codes['08006']
  // PgBouncer says most of what it has to say under one code.
  if (/no such database|database .* does not exist/i.test(message)) return codes['3D000']
  if (/too many connections|no more connections allowed|max_client_conn/i.test(message)) return codes['53300']
  if (/authentication failed|wrong password/i.test(message)) return codes['28P01']
  return undefined
}

/** The failure of a connection or statement. The server's own words follow ours; they name what was asked, never a secret. */
export function explainSql(error: unknown, place: string): AppError {
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : ''
  const byServer = /^[0-9A-Z]{5}$/.test(code)
  const vague = code === '' || code === '08P01'
  const known = (vague ? unnamed(message) : undefined) ?? (certificateCodes.test(code) ? certificate : codes[code])
  const told = known?.told ?? 'it refused the statement.'
  const own = byServer && message !== '' ? ` It says: ${message.slice(0, 300)}` : ''
  const action =
    known?.kind === 'unauthorized' || known === certificate
      ? { action: { label: 'See the database settings', href: dashboard } }
      : {}
  return failed(known?.kind ?? (byServer ? 'rejected' : 'unavailable'), `The database at ${place}: ${told}${own}`, {
    ...(code === '' ? {} : { code }),
    ...action,
  })
}
