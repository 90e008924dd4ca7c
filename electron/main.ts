/** The desktop: the product in a window of its own. Adapts the composed app to what desktop/ needs of it. */
import { join, resolve } from 'node:path'
import { app } from 'electron'
import type { DesktopApp, DesktopLog } from './desktop/desktop-app.ts'
import { operator, viewEngine } from './desktop/from-engine.ts'
import { runDesktop } from './desktop/run.ts'
import { screensDir } from './gateway/screens-dir.ts'
import { closeInspector, narrowFiles, realClocks } from './host.ts'
import { defaultDataDir } from './host-options.ts'
import { version } from './version.ts'

closeInspector()
narrowFiles()

const environment = process.env
const dataDir = resolve(environment.ATLAS_DATA_DIR ?? defaultDataDir(environment))
const log = createLateLog()

runDesktop({
  profileDir: join(dataDir, 'desktop'),
  pageFolder: screensDir(),
  preloadPath: join(import.meta.dirname, '../preload/preload.cjs'),
  developmentUrl: app.isPackaged ? undefined : environment.ELECTRON_RENDERER_URL,
  open: openProduct,
  log,
})

/** Everything heavy is loaded here, after a second start has gone and the switches were found fit. */
async function openProduct(): Promise<DesktopApp> {
  const [{ compose }, { serveMessagePort }, { listenForSignIn }] = await Promise.all([
    import('./compose.ts'),
    import('./procedures/port.ts'),
    import('./gateway/sign-in-listener.ts'),
  ])
  const product = compose({
    ...realClocks(),
    host: 'desktop',
    dataDir,
    version,
    environment,
    listenForSignIn,
    restUrl: () => null,
  })
  log.use(product.foundation.log)
  await product.start()
  product.settleIn().catch((error: unknown) => product.foundation.log.error({ error }, 'the first day was not finished'))
  return {
    ...viewEngine({ engine: product.engine, now: Date.now }),
    servePort(port) {
      serveMessagePort(port, product.router, { actor: operator })
      // Electron holds messages back until the port is started.
      port.start()
    },
    stop: () => product.stop(),
  }
}

/** Until the product has opened its log, what is said goes to the console. */
function createLateLog(): DesktopLog & { use(log: DesktopLog): void } {
  let target: DesktopLog = {
    warn: (fields, message) => console.error(message, fields),
    error: (fields, message) => console.error(message, fields),
  }
  return {
    warn: (fields, message) => target.warn(fields, message),
    error: (fields, message) => target.error(fields, message),
    use(log) {
      target = log
    },
  }
}
