/** Starts the built `serve` on a fresh data folder and stops it by process id: what every outside suite stands on. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

/** What Node is told before the program begins, as whoever starts the product tells it. */
export const nodeFlags: readonly string[] = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).config.nodeFlags

export interface RunningServe {
  /** The printed link, good once. */
  link: string
  url: string
  token: string
  dataDir: string
  pid: number
  output(): string
  /** A REST question as the operator; answers status and parsed body. */
  ask(method: string, path: string, body?: unknown, tenantId?: string): Promise<{ status: number; body: unknown }>
  /** Ends it as an operator would and answers its exit code. */
  stop(): Promise<number | null>
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

export interface ServeOptions {
  dataDir?: string
  environment?: Record<string, string>
}

const token = 'test-operator-token-0123456789abcdef'

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
}

/** Resolves with the link once the ready line was printed; rejects with all output when the process ends before. */
function readyLink(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const link = /ready: (http:\S+)/.exec(output())?.[1]
      if (link) resolve(link)
    }
    child.stdout?.on('data', look)
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}:\n${output()}`)))
  })
}

export async function startServe({ dataDir, environment = {} }: ServeOptions = {}): Promise<RunningServe> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'atlas-serve-'))
  const args = [...nodeFlags, join(root, 'out/main/serve.js'), '--port', '0', '--data-dir', folder, '--no-open']
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', HOME: folder, ATLAS_TOKEN: token, ATLAS_VAULT: 'memory', ...environment },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const link = await readyLink(child, () => text)
  const url = new URL(link).origin
  const gone = () => {
    if (dataDir === undefined) rmSync(folder, { recursive: true, force: true })
  }
  return {
    link,
    url,
    token,
    dataDir: folder,
    pid: child.pid ?? 0,
    output: () => text,
    async ask(method, path, body, tenantId = 'demo') {
      const headers = {
        authorization: `Bearer ${token}`,
        'x-tenant-id': tenantId,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      }
      const response = await fetch(`${url}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const answer = await response.text()
      return { status: response.status, body: answer === '' ? undefined : (JSON.parse(answer) as unknown) }
    },
    async stop() {
      child.kill('SIGTERM')
      const code = await ended(child)
      gone()
      return code
    },
    async kill() {
      child.kill('SIGKILL')
      await ended(child)
    },
  }
}
