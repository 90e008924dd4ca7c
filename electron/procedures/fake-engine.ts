/** An engine for tests of what carries it: answers what it is told to, and keeps who asked for what. */
import type { News } from '#shared/contract/system'
import { failed } from '#shared/failure'
import type { Actor, Engine, TenantEngine } from '../engine/engine.ts'

export interface Asked {
  /** Null for procedures of the installation. */
  tenantId: string | null
  /** `jobs.list` and the like. */
  procedure: string
  input: unknown
  actor: Actor
}

export interface FakeEngine {
  engine: Engine
  asked: Asked[]
  /** What a procedure answers from now on; without it, it is unsupported. */
  answer(procedure: string, run: (asked: Asked) => unknown): void
  announce(news: News): void
  listeners(): number
  /** Resolves when somebody listens, or when nobody does any more. */
  listenersBecome(count: number): Promise<void>
  /** Resolves when an export was read to its end or given up. */
  exportEnds(): Promise<void>
}

export const tenantIds = ['acme', 'other']

export const health = {
  status: 'ok',
  version: '1.2.3',
  uptimeMs: 1,
  vault: { backend: 'memory', locked: false },
  database: { ok: true, schemaVersion: 1, sizeBytes: 4_096 },
} as const

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

export function createFakeEngine(): FakeEngine {
  const asked: Asked[] = []
  const answers = new Map<string, (asked: Asked) => unknown>([['system.health', () => health]])
  const listeners = new Set<(news: News) => void>()
  const watchers = new Set<() => void>()
  const exportEnded = Promise.withResolvers<void>()

  /** Has every function there could be, so that the contract alone decides which are reached. */
  function area(name: string, tenantId: string | null) {
    const get = (_target: object, procedure: string | symbol) => async (input: unknown, actor: Actor) => {
      const call = { tenantId, procedure: `${name}.${String(procedure)}`, input, actor }
      asked.push(call)
      const run = answers.get(call.procedure)
      if (!run) throw failed('unsupported', `The test gave ${call.procedure} no answer.`)
      return run(call)
    }
    return new Proxy({}, { get })
  }

  async function* exportLines(): AsyncGenerator<string> {
    try {
      for (let line = 1; ; line += 1) yield `{"seq":${line}}\n`
    } finally {
      exportEnded.resolve()
    }
  }

  const areas = (names: readonly string[], tenantId: string | null) =>
    Object.fromEntries(names.map((name) => [name, area(name, tenantId)]))
  const tenantAreas = [
    'connections',
    'oauth',
    'jobs',
    'schedules',
    'limits',
    'audit',
    'messaging',
    'telegram',
    'triggers',
    'sandbox',
    'verification',
    'files',
    'media',
    'ai',
    'billing',
    'system',
  ]

  function changed(): void {
    for (const watcher of watchers) watcher()
  }

  return {
    asked,
    answer: (procedure, run) => void answers.set(procedure, run),
    announce(news) {
      for (const listener of listeners) listener(news)
    },
    listeners: () => listeners.size,
    exportEnds: () => exportEnded.promise,
    listenersBecome: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (listeners.size !== count) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look()
      }),
    engine: {
      installation: areas(['tenants', 'tokens', 'providers', 'system'], null) as unknown as Engine['installation'],
      forTenant(tenantId) {
        if (!tenantIds.includes(tenantId)) throw failed('not_found', `There is no tenant ${tenantId}.`)
        const uploadFile = async (mark: unknown, bytes: AsyncIterable<Uint8Array>) => ({
          tenantId,
          mark,
          text: await textOf(bytes),
        })
        return { ...areas(tenantAreas, tenantId), exportAudit: exportLines, uploadFile } as unknown as TenantEngine
      },
      listen(listener) {
        listeners.add(listener)
        changed()
        return () => {
          listeners.delete(listener)
          changed()
        }
      },
      async takeWebhook(delivery) {
        asked.push({
          tenantId: delivery.tenantId ?? null,
          procedure: 'billing.webhook',
          input: delivery,
          actor: { kind: 'system', id: 'webhook' },
        })
        const run = answers.get('billing.webhook')
        if (!run) throw failed('unauthorized', 'The test took no delivery.')
        return run(asked.at(-1) as Asked) as Promise<boolean>
      },
      metrics: () => 'atlas_up 1\n',
      start: async () => undefined,
      stop: async () => undefined,
    },
  }
}
