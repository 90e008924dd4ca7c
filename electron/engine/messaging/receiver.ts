/** Receives by long poll: one poller for an account across all processes, backing off in words when it cannot. */
import { setTimeout as wait } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import type { AnyProvider, Incoming, Press } from '../../kit/define.ts'
import { callFailure } from '../../kit/make-call.ts'
import type { Caller } from '../connections/caller.ts'
import type { Proofs } from '../connections/proofs.ts'
import type { ConnectionReader } from '../connections/rows.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import { backoffMs } from '../jobs/backoff.ts'
import type { Conversations } from './conversations.ts'
import type { Leases } from './leases.ts'

export interface ReceiverDeps {
  database: Database
  catalog: Readonly<Record<string, AnyProvider>>
  connections: ConnectionReader
  caller: Caller
  conversations: Conversations
  proofs: Proofs
  /** Told of each message that was not seen before, inside the change that stores it. Must not throw: it would come again for ever. */
  onIncoming(tx: Change, tenantId: string, provider: string, message: Incoming): void
  /** Takes each press, inside the change that moves the cursor past it. */
  takePress(tx: Change, tenantId: string, provider: AnyProvider, press: Press): void
  leases: Leases
  owner: string
  dice(): number
  onError(error: unknown): void
}

export interface Receivers {
  /** Starts pollers for connections that have none, stops those whose connection is gone. */
  reconcile(): void
  stop(): Promise<void>
}

const waitSeconds = 25
/** Longer than a poll may take, so that a living poller never loses it. */
const leaseMs = 90_000

interface Poller {
  abort: AbortController
  done: Promise<void>
}

export function createReceivers(deps: ReceiverDeps): Receivers {
  const { database, catalog, connections, caller, conversations, leases, owner } = deps
  const { sqlite } = database
  const readCursor = sqlite.prepare('SELECT cursor FROM receive_cursors WHERE tenant_id = ? AND provider = ?')
  const saveCursor = sqlite.prepare(
    'INSERT INTO receive_cursors (tenant_id, provider, cursor) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET cursor = excluded.cursor',
  )
  const pollers = new Map<string, Poller>()
  let stopped = false

  /** By account where it is known: two tenants that hold the same bot must not poll against each other. */
  function leaseName(tenantId: string, provider: string): string {
    const account = connections.row(tenantId, provider)?.account
    const id = account ? (JSON.parse(account) as { id: string }).id : tenantId
    return `receive/${provider}/${id}`
  }

  async function pollOnce(tenantId: string, provider: AnyProvider, signal: AbortSignal): Promise<number> {
    if (!provider.receive) return 0
    const { call, exchange } = await caller.makeCall({ tenantId, provider, repeat: 'safe', key: uuidv7(), signal })
    const row = readCursor.get(tenantId, provider.id) as { cursor: string } | undefined
    try {
      const { messages, presses = [], cursor } = await provider.receive.poll(call, row?.cursor, waitSeconds)
      await database.write((tx) => {
        const latest = readCursor.get(tenantId, provider.id) as { cursor: string } | undefined
        // A poller that lost its lease meanwhile: another has taken these already.
        if (latest?.cursor !== row?.cursor) return
        for (const message of messages) {
          if (conversations.noteIncoming(tx, tenantId, provider.id, message)) deps.onIncoming(tx, tenantId, provider.id, message)
        }
        for (const press of presses) deps.takePress(tx, tenantId, provider, press)
        if (cursor !== undefined) saveCursor.run(tenantId, provider.id, cursor)
        deps.proofs.record(tx, { tenantId, provider: provider.id, call: 'receive' })
      })
      return 0
    } catch (error) {
      const failure = callFailure(error, exchange, 'safe')
      if (signal.aborted) return 0
      await database.write((tx) => deps.proofs.record(tx, { tenantId, provider: provider.id, call: 'receive', failure }))
      return Math.max(1_000, backoffMs(failure, 4, deps.dice()))
    }
  }

  async function poll(tenantId: string, provider: AnyProvider, signal: AbortSignal): Promise<void> {
    const name = leaseName(tenantId, provider.id)
    while (!signal.aborted) {
      const ours = await leases.hold(name, owner, leaseMs)
      const pauseMs = ours ? await pollOnce(tenantId, provider, signal) : 10_000
      if (pauseMs > 0 && !signal.aborted) await wait(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
    await leases.release(name, owner)
  }

  function begin(key: string, tenantId: string, provider: AnyProvider): void {
    const abort = new AbortController()
    const done = poll(tenantId, provider, abort.signal)
      .catch(deps.onError)
      .finally(() => pollers.delete(key))
    pollers.set(key, { abort, done })
  }

  return {
    reconcile() {
      // News of the very stop may still come in.
      if (stopped) return
      const wanted = new Set<string>()
      for (const { tenantId, provider } of connections.connected()) {
        const known = catalog[provider]
        if (!known?.receive) continue
        const key = `${tenantId}/${provider}`
        wanted.add(key)
        if (!pollers.has(key)) begin(key, tenantId, known)
      }
      for (const [key, poller] of pollers) if (!wanted.has(key)) poller.abort.abort()
    },
    async stop() {
      stopped = true
      for (const { abort } of pollers.values()) abort.abort()
      await Promise.all([...pollers.values()].map(({ done }) => done))
    },
  }
}
