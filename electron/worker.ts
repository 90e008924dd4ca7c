/** `worker`: runs jobs of a data folder in a process of its own, beside serve or the desktop; several at once if asked. */
import { closeInspector, endOrderly, keepCompiled, narrowFiles, realClocks, refuseStart, requireNode } from './host.ts'
import { type HostOptions, readHostOptions } from './host-options.ts'
import { version } from './version.ts'

requireNode()
closeInspector()
narrowFiles()

async function work({ dataDir, concurrency }: HostOptions): Promise<void> {
  keepCompiled(dataDir)
  const [{ compose }, { listenForSignIn }] = await Promise.all([import('./compose.ts'), import('./gateway/sign-in-listener.ts')])
  const app = compose({
    ...realClocks(),
    host: 'worker',
    dataDir,
    version,
    environment: process.env,
    listenForSignIn,
    restUrl: () => null,
    ...(concurrency === undefined ? {} : { concurrency }),
  })
  await app.start()
  endOrderly(app.stop)
  console.log(`Atlas UX worker is ready: ${dataDir}`)
}

try {
  await work(readHostOptions(process.argv.slice(2), process.env))
} catch (error) {
  refuseStart(error)
}
