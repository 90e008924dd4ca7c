/** How long `serve` takes from its spawn to its ready line, beside a Node that does nothing. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { nodeFlags } from '../test/running-serve.ts'
import { atMost, type Figure, interleave, type Reading } from './measure.ts'

const root = resolve(import.meta.dirname, '..')
const runs = 7
const settleMs = 15_000

function emptyNode(): Promise<number> {
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' })
    child.once('error', reject)
    child.once('exit', () => resolve(performance.now() - startedAt))
  })
}

interface Served {
  readyMs: number
  pid: number
  stop(): Promise<void>
}

/** Starts on a data folder and waits for the ready line. */
async function startServe(dataDir: string): Promise<Served> {
  const args = [...nodeFlags, join(root, 'out/main/serve.js'), '--port', '0', '--data-dir', dataDir, '--no-open']
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
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  return { readyMs: ready, pid: child.pid ?? 0, stop }
}

async function serveOn(dataDir: string): Promise<number> {
  const { readyMs, stop } = await startServe(dataDir)
  await stop()
  return readyMs
}

/** Resident memory of a process once it has been left alone for a while. */
async function idleMb(pid: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024
}

async function idleServe(dataDir: string): Promise<number> {
  const { pid, stop } = await startServe(dataDir)
  const held = await idleMb(pid)
  await stop()
  return held
}

async function idleNode(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 60_000)'], { stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const held = await idleMb(child.pid ?? 0)
  child.kill()
  await ended
  return held
}

async function memory(dataDir: string): Promise<Figure> {
  const [ours, bare] = (await interleave(3, [
    { name: 'serve with the Demo tenant, resident', unit: 'MB', round: async () => ({ value: await idleServe(dataDir) }) },
    { name: 'an idle Node', unit: 'MB', round: async () => ({ value: await idleNode() }) },
  ])) as [Reading, Reading]
  const title = 'Memory when nothing happens, a quarter of a minute after the start'
  return { area: 'Start', title, ours, beside: [bare], bars: [atMost(2, ours, bare)], rounds: 3 }
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
    return [await compare('Every other start', () => serveOn(folder)), await memory(folder)]
  })
  return [first, ...again]
}
