/** A queue in a hand-moved world, for tests: real SQLite, a pretended provider whose answers the test decides. */
import { failed } from '#shared/failure'
import type { Repeat } from '#shared/job'
import { TelegramSend } from '#shared/job-kinds'
import { type AnyProvider, defineAction, defineProvider } from '../../kit/define.ts'
import { makeCall } from '../../kit/make-call.ts'
import { createAnnouncements } from '../announcements.ts'
import { createAuditAppender } from '../audit/append.ts'
import { createConnectionReader } from '../connections/rows.ts'
import { openDatabase } from '../database/open.ts'
import { createBuckets } from '../limits/buckets.ts'
import { createJobSystem, type JobSystem, type JobSystemDeps } from './job-system.ts'
import { pretendedManifest, pretendedSend, Sent } from './pretended-provider.ts'
import type { JobRow } from './rows.ts'

export const tenant = 'tenant-1'
export const operator = { kind: 'operator', id: 'test' } as const

type Answer = (request: Request) => Response | Promise<Response>

export interface QueueWorld {
  system: JobSystem
  database: ReturnType<typeof openDatabase>
  clock: { now: number; steady: number }
  /** Decides what the provider answers from now on. */
  answer(next: Answer): void
  requests: Request[]
  /** Waits for a fact about a job; every commit is a chance to look. */
  until(id: string, holds: (row: JobRow) => boolean): Promise<JobRow>
  send(order?: { text?: string; chatId?: string; key?: string; priority?: number; runAt?: string }): Promise<JobRow>
  audits(): { action: string; target_id: string; outcome: string }[]
  stop(): Promise<void>
}

export interface PretendedOptions {
  id?: string
  repeat?: Repeat
  limits?: AnyProvider['limits']
  bucketsOf?(chatId: string): string[]
}

export interface QueueWorldOptions extends Omit<PretendedOptions, 'id'> {
  file?: string
  runnerId?: string
  concurrency?: number
  leaseMs?: number
  clock?: QueueWorld['clock']
  /** Further providers, connected like the first. */
  providers?: Readonly<Record<string, AnyProvider>>
  gate?: JobSystemDeps['gate']
}

export function pretendedProvider({ repeat = 'unsafe', limits = [], bucketsOf, id = 'telegram' }: PretendedOptions): AnyProvider {
  const send = defineAction({
    ...pretendedSend,
    repeat,
    input: TelegramSend,
    buckets: ({ chatId }) => bucketsOf?.(String(chatId)) ?? limits.map(({ bucket }) => bucket),
    run: async ({ text }, call) => call.json(Sent, { url: `${call.endpoint()}/send`, json: { text } }),
  })
  return defineProvider({
    ...pretendedManifest,
    id,
    name: 'Pretended',
    limits,
    serves: { TELEGRAM_SEND: 'message.send' },
    actions: { 'message.send': send },
  })
}

export function createQueueWorld(options: QueueWorldOptions = {}): QueueWorld {
  const { file = ':memory:' } = options
  const clock = options.clock ?? { now: 1_800_000_000_000, steady: 0 }
  const now = () => clock.now
  const database = openDatabase({ file })
  const announcements = createAnnouncements({ intervalMs: 1 })
  const changed = new Set<() => void>()
  const lookAgain = () => {
    for (const look of changed) look()
  }
  announcements.listen(lookAgain)
  const catalog: Record<string, AnyProvider> = { telegram: pretendedProvider(options), ...options.providers }
  const connections = createConnectionReader(database)
  const connect = database.sqlite.prepare(
    'INSERT OR IGNORE INTO connections (tenant_id, provider, credential_version) VALUES (?, ?, 1)',
  )
  for (const id of Object.keys(catalog)) connect.run(tenant, id)
  const requests: Request[] = []
  let answer: Answer = () => Response.json({ messageId: '1' })
  const errors: unknown[] = []

  const system = createJobSystem({
    database,
    audit: createAuditAppender(database, now),
    announcements,
    catalog,
    connections,
    buckets: createBuckets(database),
    runnerId: options.runnerId ?? 'runner-1',
    host: 'test',
    ...(options.concurrency ? { concurrency: options.concurrency } : {}),
    ...(options.leaseMs ? { leaseMs: options.leaseMs } : {}),
    now,
    monotonic: () => clock.steady,
    dice: () => 0.5,
    emailOrder: () => [],
    checkPost: () => undefined,
    gate: options.gate ?? (() => undefined),
    hasAgent: () => true,
    agentOf: () => undefined,
    runAgent: async () => undefined,
    onQueued: () => undefined,
    onMoved: () => undefined,
    onProof: () => undefined,
    onError: (error) => errors.push(error),
    caller: {
      makeCall: async (order) =>
        makeCall({
          ...order,
          credential: { token: 'secret' },
          settings: {},
          now,
          rawFetch: async (request) => {
            requests.push(request.clone())
            lookAgain()
            return answer(request)
          },
          beforeEffect: order.beforeEffect ?? (async () => undefined),
          remember: order.remember ?? (async () => undefined),
          replaceCredential: async () => undefined,
          patchSettings: async () => undefined,
          conversations: async () => [],
        }),
    },
  })

  return {
    system,
    database,
    clock,
    requests,
    answer: (next) => {
      answer = next
    },
    until(id, holds) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(failed('unexpected', `job ${id} is ${JSON.stringify(system.finder.one(tenant, id))}`)),
          5_000,
        )
        const look = () => {
          const row = system.finder.one(tenant, id)
          if (!holds(row)) return
          changed.delete(look)
          clearTimeout(timer)
          resolve(row)
        }
        changed.add(look)
        look()
      })
    },
    async send({ text = 'hello', chatId = '1', ...order } = {}) {
      const { row } = await system.enqueuer.enqueue(
        tenant,
        { kind: 'TELEGRAM_SEND', input: { chatId, text }, ...order },
        operator,
      )
      return row
    },
    audits: () =>
      database.sqlite
        .prepare('SELECT action, target_id, outcome FROM audit_events WHERE chain = ? ORDER BY seq')
        .all(tenant) as ReturnType<QueueWorld['audits']>,
    async stop() {
      changed.clear()
      await system.runner.stop(0)
      database.close()
    },
  }
}
