/** The stand-ins in a process of their own, so that what arrived outlives whoever sent it. */
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { SandboxItem } from '#shared/contract/system'

const root = resolve(import.meta.dirname, '..')

export interface RunningSandbox {
  url: string
  pid: number
  /** All that arrived, newest first. */
  inbox(provider?: string): Promise<SandboxItem[]>
  /** Switches a fault on for the next `count` requests it fits. */
  breakNext(provider: string, fault: string, count: number): Promise<void>
  /** Requests that a switched fault still waits for; 0 when it is off. */
  stillToBreak(provider: string, fault: string): Promise<number>
  stop(): Promise<void>
}

interface FaultState {
  provider: string
  fault: string
  active: boolean
  count: number | null
}

const everything = 1_000_000

export async function startSandbox(ledger: string): Promise<RunningSandbox> {
  const child = spawn(process.execPath, [join(root, 'electron/sandbox/main.ts'), '--ledger', ledger, '--port', '0'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve((JSON.parse(line) as { url: string }).url))
    child.once('exit', (code) => reject(new Error(`the stand-ins ended with ${code} before they were ready`)))
  })

  async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await fetch(`${url}/_control/${path}`, { method, ...sent })
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as T
  }

  return {
    url,
    pid: child.pid ?? 0,
    async inbox(provider) {
      const query = new URLSearchParams({ limit: String(everything), ...(provider === undefined ? {} : { provider }) })
      return (await control<{ items: SandboxItem[] }>('GET', `inbox?${query}`)).items
    },
    async breakNext(provider, fault, count) {
      await control('PUT', 'faults', { provider, fault, active: true, count })
    },
    async stillToBreak(provider, fault) {
      const { items } = await control<{ items: FaultState[] }>('GET', 'faults')
      const state = items.find((item) => item.provider === provider && item.fault === fault)
      return state?.active ? (state.count ?? everything) : 0
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
