/** The thread that asks the keychain of the operating system, whose library holds its thread for as long as the keychain is silent. */
import { parentPort } from 'node:worker_threads'
import { AsyncEntry } from '@napi-rs/keyring'

export interface KeychainOrder {
  id: number
  act: 'read' | 'write' | 'drop'
  service: string
  account: string
  /** What is to be written. */
  value?: string
}

export type KeychainAnswer = { id: number } & ({ value: string | boolean | null } | { refused: string })

/** One that was opened is kept open, for opening costs more than reading. */
const open = new Map<string, AsyncEntry>()

function openEntry(service: string, account: string): AsyncEntry {
  // Unpinned, Linux falls back in silence to a kernel keyring that a reboot empties.
  if (process.platform === 'linux') return new AsyncEntry(service, account, { linux: { store: 'secret-service' } })
  return new AsyncEntry(service, account)
}

async function carryOut({ act, service, account, value = '' }: KeychainOrder): Promise<string | boolean | null> {
  const name = `${service}\n${account}`
  const entry = open.get(name) ?? openEntry(service, account)
  // One whose keychain refused or went away is opened anew: another may have come in its place.
  open.delete(name)
  if (act === 'drop') return entry.deletePassword()
  const answer = act === 'read' ? ((await entry.getPassword()) ?? null) : await entry.setPassword(value).then(() => null)
  open.set(name, entry)
  return answer
}

async function answerTo(order: KeychainOrder): Promise<KeychainAnswer> {
  try {
    return { id: order.id, value: await carryOut(order) }
  } catch (error) {
    return { id: order.id, refused: error instanceof Error ? error.message : String(error) }
  }
}

parentPort?.on('message', async (order: KeychainOrder) => parentPort?.postMessage(await answerTo(order)))
