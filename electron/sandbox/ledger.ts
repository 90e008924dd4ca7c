/** What the stand-ins remember, in a file of its own: what arrived, answers given under a key, what people wrote. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { ButtonRows } from '#shared/buttons'
import type { SandboxItem } from '#shared/contract/system'
import { toInstant } from '#shared/time'
import type { Arrival, SandboxResponse, Written } from './define.ts'

export interface ArrivalRecord extends Arrival {
  provider: string
  at: number
  request: { method: string; path: string; body: unknown }
}

/** A request as it came, nothing masked: a reader looks in it for what must not be there. `at` in ms UTC. */
export interface LoggedRequest {
  at: number
  method: string
  path: string
  body: unknown
}

/** Commits before it returns: a stand-in that is killed has forgotten nothing that it answered. */
export interface Ledger {
  /** Notes an arrival; returns its running number. */
  arrive(arrival: ArrivalRecord): number
  /** Newest first. */
  inbox(filter?: { provider?: string | undefined; limit?: number | undefined }): SandboxItem[]
  recall(provider: string, key: string): SandboxResponse | undefined
  keep(provider: string, key: string, response: SandboxResponse): void
  /** Notes what a pretended person did; returns its running number. */
  write(provider: string, message: Written): number
  written(provider: string, after: number): (Written & { number: number })[]
  /** Buttons below an arrival at this provider; none where there is no such arrival. */
  buttons(provider: string, number: number): ButtonRows
  setButtons(number: number, buttons: ButtonRows): void
  /** Keeps a request; beyond the newest two thousand of all providers the oldest go. */
  log(provider: string, request: LoggedRequest): void
  /** Kept requests, oldest first. */
  requests(provider?: string): (LoggedRequest & { provider: string })[]
  close(): void
}

const schema = `
CREATE TABLE IF NOT EXISTS arrivals (
  number INTEGER PRIMARY KEY AUTOINCREMENT, provider TEXT NOT NULL, at INTEGER NOT NULL,
  title TEXT NOT NULL, recipient TEXT NOT NULL, text TEXT NOT NULL, request TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS arrivals_by_provider ON arrivals (provider, number);
CREATE TABLE IF NOT EXISTS answers (
  provider TEXT NOT NULL, key TEXT NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (provider, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS written (
  number INTEGER PRIMARY KEY AUTOINCREMENT, provider TEXT NOT NULL, message TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS buttons (number INTEGER PRIMARY KEY, rows TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS requests (
  number INTEGER PRIMARY KEY AUTOINCREMENT, provider TEXT NOT NULL, request TEXT NOT NULL
) STRICT;
`

const selectArrivals = 'SELECT arrivals.*, buttons.rows AS buttons FROM arrivals LEFT JOIN buttons USING (number)'

const keptRequests = 2_000

interface ArrivalRow {
  number: number
  provider: string
  at: number
  title: string
  recipient: string
  text: string
  request: string
  buttons: string | null
}

function toItem({ number, provider, at, title, recipient, text, request, buttons }: ArrivalRow): SandboxItem {
  const item = { id: `${number}`, provider, at: toInstant(at), title, to: recipient, text, request: JSON.parse(request) }
  return { ...item, buttons: JSON.parse(buttons ?? '[]') }
}

/** Made by us before SQLite sees it, for it gives its log the rights of the file it belongs to. */
function openFile(file: string): Sqlite.Database {
  if (file !== ':memory:') {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    closeSync(openSync(file, 'a', 0o600))
    for (const path of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(path)) chmodSync(path, 0o600)
  }
  const sqlite = new Sqlite(file)
  sqlite.pragma('busy_timeout = 5000')
  sqlite.pragma('journal_mode = WAL')
  sqlite.pragma('synchronous = NORMAL')
  sqlite.exec(schema)
  return sqlite
}

export function createLedger(file: string): Ledger {
  const sqlite = openFile(file)
  const addArrival = sqlite.prepare(
    'INSERT INTO arrivals (provider, at, title, recipient, text, request) VALUES (@provider, @at, @title, @to, @text, @request)',
  )
  const all = sqlite.prepare<[number], ArrivalRow>(`${selectArrivals} ORDER BY number DESC LIMIT ?`)
  const ofProvider = sqlite.prepare<[string, number], ArrivalRow>(
    `${selectArrivals} WHERE provider = ? ORDER BY number DESC LIMIT ?`,
  )
  const findAnswer = sqlite.prepare<[string, string], { answer: string }>(
    'SELECT answer FROM answers WHERE provider = ? AND key = ?',
  )
  const saveAnswer = sqlite.prepare('INSERT OR REPLACE INTO answers (provider, key, answer) VALUES (?, ?, ?)')
  const addWritten = sqlite.prepare('INSERT INTO written (provider, message) VALUES (?, ?)')
  const findWritten = sqlite.prepare<[string, number], { number: number; message: string }>(
    'SELECT number, message FROM written WHERE provider = ? AND number > ? ORDER BY number LIMIT 100',
  )
  const findButtons = sqlite.prepare<[number, string], { rows: string }>(
    'SELECT rows FROM buttons JOIN arrivals USING (number) WHERE number = ? AND provider = ?',
  )
  const saveButtons = sqlite.prepare('INSERT OR REPLACE INTO buttons (number, rows) VALUES (?, ?)')
  const addRequest = sqlite.prepare('INSERT INTO requests (provider, request) VALUES (?, ?)')
  const dropRequests = sqlite.prepare('DELETE FROM requests WHERE number <= ?')
  const allRequests = sqlite.prepare<[string | null], { provider: string; request: string }>(
    'SELECT provider, request FROM requests WHERE provider = coalesce(?, provider) ORDER BY number',
  )
  return {
    arrive({ provider, at, title, to, text, request, buttons }) {
      const told = JSON.stringify({ ...request, body: request.body ?? null })
      const number = Number(addArrival.run({ provider, at, title, to, text, request: told }).lastInsertRowid)
      if (buttons?.length) saveButtons.run(number, JSON.stringify(buttons))
      return number
    },
    inbox({ provider, limit = 100 } = {}) {
      const rows = provider === undefined ? all.all(limit) : ofProvider.all(provider, limit)
      return rows.map(toItem)
    },
    recall(provider, key) {
      const row = findAnswer.get(provider, key)
      return row ? (JSON.parse(row.answer) as SandboxResponse) : undefined
    },
    keep: (provider, key, response) => void saveAnswer.run(provider, key, JSON.stringify(response)),
    write: (provider, message) => Number(addWritten.run(provider, JSON.stringify(message)).lastInsertRowid),
    written: (provider, after) =>
      findWritten.all(provider, after).map(({ number, message }) => ({ ...(JSON.parse(message) as Written), number })),
    buttons: (provider, number) => JSON.parse(findButtons.get(number, provider)?.rows ?? '[]') as ButtonRows,
    setButtons: (number, buttons) => void saveButtons.run(number, JSON.stringify(buttons)),
    log(provider, request) {
      const { lastInsertRowid } = addRequest.run(provider, JSON.stringify(request))
      dropRequests.run(Number(lastInsertRowid) - keptRequests)
    },
    requests: (provider) =>
      allRequests.all(provider ?? null).map((row) => ({ ...(JSON.parse(row.request) as LoggedRequest), provider: row.provider })),
    close: () => void sqlite.close(),
  }
}
