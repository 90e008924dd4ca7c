/** Our queue as the product wires it, on a file of its own, with a provider whose action does nothing. */
import { join } from 'node:path'
import { pretendedManifest, pretendedSend } from '../../electron/engine/jobs/pretended-provider.ts'
import { createQueueWorld, operator, type QueueWorld } from '../../electron/engine/jobs/queue-world.ts'
import { defineAction, defineProvider } from '../../electron/kit/define.ts'
import { TelegramSend } from '../../shared/job-kinds.ts'
import { countdown, opened, type QueueSide, temporaryFolder } from './queue-side.ts'

/** Jobs are spread over so many tenants; each has its own chain in the audit log. */
const tenants = 4

export interface BenchQueue {
  world: QueueWorld
  /** Told when a handler begins. */
  onRun(listen: () => void): void
}

export function idleProvider(onRun: () => void) {
  const send = defineAction({
    ...pretendedSend,
    repeat: 'unsafe',
    input: TelegramSend,
    subject: () => 'A message',
    run: async () => {
      onRun()
      return { messageId: '1' }
    },
  })
  return defineProvider({
    ...pretendedManifest,
    id: 'telegram',
    name: 'Idle',
    serves: { TELEGRAM_SEND: 'message.send' },
    actions: { 'message.send': send },
  })
}

export function openBenchQueue(file: string): BenchQueue {
  let tell: () => void = () => undefined
  const telegram = idleProvider(() => tell())
  const clock = {
    get now() {
      return Date.now()
    },
    steady: 0,
  }
  const world = createQueueWorld({ file, providers: { telegram }, clock })
  const connect = world.database.sqlite.prepare(
    "INSERT OR IGNORE INTO connections (tenant_id, provider, credential_version) VALUES (?, 'telegram', 1)",
  )
  for (let at = 1; at <= tenants; at += 1) connect.run(`tenant-${at}`)
  return {
    world,
    onRun(listen) {
      tell = listen
    },
  }
}

/** Waits until as many jobs are settled, by the counts that each commit keeps. */
async function settled({ database }: QueueWorld, count: number): Promise<void> {
  const done = database.sqlite.prepare("SELECT coalesce(sum(count), 0) FROM job_counts WHERE state = 'succeeded'").pluck()
  while ((done.get() as number) < count) await new Promise((resolve) => setTimeout(resolve, 2))
}

export function createAtlasSide(): QueueSide & { queue(): BenchQueue } {
  const folder = temporaryFolder()
  let run = 0
  let at = 0
  let open: BenchQueue | undefined
  const queue = () => opened(open)
  async function enqueue(input: unknown): Promise<unknown> {
    at += 1
    const order = { kind: 'TELEGRAM_SEND', input: input as Record<string, unknown> } as const
    return queue().world.system.enqueuer.enqueue(`tenant-${1 + (at % tenants)}`, order, operator)
  }
  return {
    name: 'Atlas UX',
    durability: 'synchronous=FULL, job and audit event in one commit',
    queue,
    enqueue,
    enqueueAll: (inputs) => Promise.all(inputs.map(enqueue)),
    serverCpuMs: () => 0,
    async open() {
      run += 1
      open = openBenchQueue(join(folder.path, `${run}.db`))
    },
    async drain(count) {
      const { world, onRun } = queue()
      const begun = countdown(count)
      onRun(begun.one)
      await world.system.runner.start()
      await begun.all
      await settled(world, count)
    },
    async close() {
      await open?.world.stop()
      open = undefined
    },
  }
}
