/** How long `serve` takes from its spawn to its ready line, beside a Node that does nothing. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { atMost, type Figure, interleave, type Reading } from './measure.ts'

const root = resolve(import.meta.dirname, '..')
const runs = 7

function emptyNode(): Promise<number> {
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' })
    child.once('error', reject)
    child.once('exit', () => resolve(performance.now() - startedAt))
  })
}

/** Starts on a data folder, waits for the ready line, ends orderly. */
async function serveOn(dataDir: string): Promise<number> {
  const args = [join(root, 'out/main/serve.js'), '--port', '0', '--data-dir', dataDir, '--no-open']
  const env = { PATH: process.env.PATH ?? '', HOME: dataDir, ATLAS_VAULT: 'memory', ATLAS_LOG: 'fatal' }
  const startedAt = performance.now()
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ready = await new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('ready')) resolve(performance.now() - startedAt)
    })
    child.once('exit', (code) => reject(new Error(`serve ended with ${code} before it was ready`)))
  })
  child.kill('SIGTERM')
  await ended
  return ready
}

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-bench-start-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(title: string, serve: () => Promise<number>): Promise<Figure> {
  const [ours, bare] = (await interleave(runs, [
    { name: 'serve, spawn to ready', unit: 'ms', round: async () => ({ value: await serve() }) },
    { name: 'node -e 0', unit: 'ms', round: async () => ({ value: await emptyNode() }) },
  ])) as [Reading, Reading]
  return { area: 'Start', title, ours, beside: [bare], bars: [atMost(4, ours, bare)], rounds: runs }
}

export async function measureStart(): Promise<Figure[]> {
  const first = await compare('First start, with a new database and the Demo tenant', () => withFolder(serveOn))
  const again = await withFolder(async (folder) => {
    await serveOn(folder)
    return compare('Every other start', () => serveOn(folder))
  })
  return [first, again]
}
