/** What every headless host shares: the right Node, a closed inspector, an orderly end. */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { createWire } from './kit/plain-wire.ts'

/** Below Node-API 10 the database's binary crashes without a word, so an older Node is turned away first. */
export function requireNode(): void {
  if (Number(process.versions.napi) >= 10) return
  console.error(
    `Atlas UX needs Node 24 and was started with ${process.version}. Start it with npm (npm run serve), which brings its own.`,
  )
  process.exit(1)
}

/** Whatever this process writes is its operator's alone. */
export function narrowFiles(): void {
  process.umask(0o077)
}

/** SIGUSR1 would open the inspector, through which every secret in memory can be read. */
export function closeInspector(): void {
  process.on('SIGUSR1', () => undefined)
}

/** Keeps what V8 compiled beside the data, so that the next start only reads it. Whatever cannot be kept is compiled again. */
export function keepCompiled(dataDir: string): void {
  enableCompileCache(join(dataDir, 'compiled'))
}

/** Runs until SIGINT or SIGTERM, then stops and ends with 0; a stop that hangs is cut after a while, which the queue survives. */
export function endOrderly(stop: () => Promise<void>): void {
  let ending = false
  async function end(): Promise<void> {
    if (ending) return
    ending = true
    setTimeout(() => process.exit(1), 20_000).unref()
    await stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      end().catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : error)
        process.exit(1)
      })
    })
  }
}

/** The world of a headless process. */
export function realClocks() {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    dice: () => Math.random(),
    fetch: (request: Request) => fetch(request),
    // A proxy out of the environment is known to fetch alone.
    ...(process.env.NODE_USE_ENV_PROXY === '1' ? {} : { wire: createWire() }),
  }
}

/** Tells why a host cannot start, in one line, and ends. */
export function refuseStart(error: unknown): never {
  console.error(`Atlas UX could not start: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
