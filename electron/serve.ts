/** `serve`: the engine with its screens in the browser, REST and workers, on 127.0.0.1. */
import { flushCompileCache } from 'node:module'
import { closeInspector, endOrderly, keepCompiled, narrowFiles, realClocks, refuseStart, requireNode } from './host.ts'
import { type HostOptions, readHostOptions } from './host-options.ts'
import { version } from './version.ts'

requireNode()
closeInspector()
narrowFiles()

/** Everything heavy is loaded after the Node was found fit. */
async function serve({ port, dataDir, open, concurrency }: HostOptions): Promise<void> {
  keepCompiled(dataDir)
  const [{ compose }, { createGateway }, { listenForSignIn }, { screensDir }] = await Promise.all([
    import('./compose.ts'),
    import('./gateway/gateway.ts'),
    import('./gateway/sign-in-listener.ts'),
    import('./gateway/screens-dir.ts'),
  ])
  let url: string | null = null
  const app = compose({
    ...realClocks(),
    host: 'serve',
    dataDir,
    version,
    environment: process.env,
    listenForSignIn,
    restUrl: () => (url === null ? null : `${url}/v1`),
    ...(concurrency === undefined ? {} : { concurrency }),
  })
  const { engine, access, router, foundation } = app
  const gateway = createGateway({
    engine,
    router,
    access,
    staticDir: screensDir(),
    log: foundation.log,
    now: Date.now,
    port,
    version,
  })
  await app.start()
  const listening = await gateway.start()
  url = listening.url
  endOrderly(async () => {
    await gateway.stop()
    await app.stop()
  })
  const link = gateway.signInUrl(await access.issueSignInCode())
  console.log(`Atlas UX is ready: ${link}`)
  await app.settleIn()
  flushCompileCache()
  if (open) await openBrowser(link)
}

/** A machine without a browser is no reason to fail: the link was printed. */
async function openBrowser(link: string): Promise<void> {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return
  const { default: openLink } = await import('open')
  const browser = await openLink(link)
  browser.on('error', () => console.error('No browser could be opened; use the link above.'))
}

try {
  await serve(readHostOptions(process.argv.slice(2), process.env))
} catch (error) {
  refuseStart(error)
}
