/** The whole product in one process, minus windows: composed over a fresh folder, served on loopback, stopped by its own means. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { News } from '#shared/contract/system'
import { type App, compose } from '../../electron/compose.ts'
import type { World } from '../../electron/composition/world.ts'
import { createGateway } from '../../electron/gateway/gateway.ts'
import { listenForSignIn } from '../../electron/gateway/sign-in-listener.ts'
import { createWire } from '../../electron/kit/plain-wire.ts'

export const operatorToken = 'operator-token-for-tests-0123456789'

export interface RunningApp {
  app: App
  url: string
  dataDir: string
  /** Asks REST as the operator for the Demo tenant, unless told otherwise. */
  ask(
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<{ status: number; body: never; headers: Headers }>
  stop(): Promise<void>
}

export async function runApp(environment: Record<string, string> = {}, world: Partial<World> = {}): Promise<RunningApp> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atlas-app-'))
  const app = compose({
    host: 'serve',
    dataDir,
    version: '0.0.0-test',
    environment: { ATLAS_TOKEN: operatorToken, ATLAS_VAULT: 'memory', ATLAS_LOG: 'silent', ...environment },
    now: () => Date.now(),
    monotonic: () => performance.now(),
    dice: () => 0.5,
    fetch: (request) => fetch(request),
    wire: createWire(),
    listenForSignIn,
    restUrl: () => null,
    ...world,
  })
  await app.start()
  await app.settleIn()
  const { engine, router, access, foundation } = app
  const gateway = createGateway({
    engine,
    router,
    access,
    staticDir: dataDir,
    log: foundation.log,
    now: Date.now,
    port: 0,
    version: '0.0.0-test',
  })
  const { url } = await gateway.start()
  return {
    app,
    url,
    dataDir,
    async ask(method, path, { body, headers = {} } = {}) {
      const json = body === undefined ? {} : { 'content-type': 'application/json' }
      const response = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${operatorToken}`, 'x-tenant-id': 'demo', ...json, ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as never, headers: response.headers }
    },
    async stop() {
      await gateway.stop()
      await app.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Resolves with the next news that counts; soon in any case, for it may have come before anybody listened. */
export function nextNews(running: RunningApp, counts: (news: News) => boolean = () => true, mostMs = 100): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, mostMs)
    const stop = running.app.engine.listen((news) => {
      if (counts(news)) done()
    })
    function done(): void {
      clearTimeout(timer)
      stop()
      resolve()
    }
  })
}

/** Looks again after each piece of news until it holds. */
export async function untilNews<T>(running: RunningApp, look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await nextNews(running)
  }
}

/** Waits until a job has ended, by asking again after each of its changes. */
export async function settled(
  running: RunningApp,
  id: string,
  tenantId = 'demo',
): Promise<{ state: string; result?: Record<string, unknown>; failure?: { kind: string; message: string } }> {
  const done = new Set(['succeeded', 'failed', 'unknown', 'cancelled'])
  const look = async () =>
    (await running.ask('GET', `/v1/jobs/${id}`, { headers: { 'x-tenant-id': tenantId } })).body as { state: string }
  let latest = await look()
  while (!done.has(latest.state)) {
    await nextNews(running, ({ topic }) => topic === 'job.changed')
    latest = await look()
  }
  return latest
}
