/** Entries of the keychain of the operating system, asked in a thread of their own so that a silent keychain stops nothing else. */
import { Worker } from 'node:worker_threads'
import { threadProgram } from '../thread-program.ts'
import type { KeychainAnswer, KeychainOrder } from './keychain-thread.ts'

export interface Keychain {
  /** The entry, or null when there is none under this name. */
  read(service: string, account: string): Promise<string | null>
  write(service: string, account: string, value: string): Promise<void>
  drop(service: string, account: string): Promise<boolean>
}

type Question = Omit<KeychainOrder, 'id'>
type Waiting = PromiseWithResolvers<string | boolean | null>

export function createKeychain(): Keychain {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | undefined
  let last = 0

  function take(answer: KeychainAnswer): void {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    // A program with nothing else to do ends; one that waits for an answer stays.
    if (waiting.size === 0) thread?.unref()
    if ('refused' in answer) asked?.reject(new Error(answer.refused))
    else asked?.resolve(answer.value)
  }

  function refuseAll(error: Error): void {
    thread = undefined
    for (const asked of waiting.values()) asked.reject(error)
    waiting.clear()
  }

  function start(): Worker {
    const program = threadProgram({ here: import.meta.url, source: 'keychain-thread', bundle: 'keychain' })
    // What this program was started with is not meant for the thread.
    const started = new Worker(program, { execArgv: [] })
    started.on('message', take)
    started.on('error', refuseAll)
    started.on('exit', (code) => refuseAll(new Error(`no storage: the thread that asks the keychain ended with ${code}`)))
    return started
  }

  function ask(question: Question): Promise<string | boolean | null> {
    thread ??= start()
    last += 1
    const asked = Promise.withResolvers<string | boolean | null>()
    waiting.set(last, asked)
    thread.ref()
    thread.postMessage({ id: last, ...question } satisfies KeychainOrder)
    return asked.promise
  }

  return {
    read: async (service, account) => (await ask({ act: 'read', service, account })) as string | null,
    write: async (service, account, value) => void (await ask({ act: 'write', service, account, value })),
    drop: async (service, account) => (await ask({ act: 'drop', service, account })) as boolean,
  }
}
