/** A main process with the real desktop and a stand-in for the product: it answers one word on the port and has news when told. */
import { join } from 'node:path'
import type { DesktopNotice } from '../../../electron/desktop/desktop-app.ts'
import { runDesktop } from '../../../electron/desktop/run.ts'

const folder = process.env.STAND_IN_FOLDER ?? ''
const notices: DesktopNotice[] = []
let pausedAll = false

runDesktop({
  profileDir: process.env.STAND_IN_PROFILE ?? join(folder, 'profile'),
  pageFolder: join(folder, 'page'),
  preloadPath: join(folder, 'preload.cjs'),
  log: {
    warn: (fields, message) => process.stderr.write(`${JSON.stringify({ ...fields, message })}\n`),
    error: (fields, message) => process.stderr.write(`${JSON.stringify({ ...fields, message })}\n`),
  },
  async open() {
    let tell: (() => void) | undefined
    return {
      servePort(port) {
        port.on('message', ({ data }) => {
          if (data === 'fail a job') {
            notices.push(toNotice(notices.length + 1))
            tell?.()
          } else port.postMessage({ echo: data })
        })
        port.start()
      },
      listen(listener) {
        tell = () => listener({ topic: 'notice.raised', tenantId: 'demo', ids: [] })
        return () => {
          tell = undefined
        }
      },
      summary: async () => ({ needsYou: notices.length, queued: 2, running: 1, pausedAll, problem: null }),
      openNotices: async () => [...notices],
      openApprovals: async () => [],
      decide: async () => undefined,
      pauseAll: async (paused) => {
        pausedAll = paused
      },
      stop: async () => {
        process.stdout.write('stopped in order\n')
      },
    }
  },
})

function toNotice(number: number): DesktopNotice {
  return {
    id: `notice-${number}`,
    kind: 'job_failed',
    title: 'Telegram message failed',
    message: 'Telegram says: chat not found.',
    href: `/jobs?open=job-${number}`,
    at: new Date(0).toISOString(),
    count: 1,
    acknowledged: null,
    told: [],
    dismissable: true,
    tenantId: 'demo',
    tenantName: 'Demo',
    quiet: false,
  }
}
