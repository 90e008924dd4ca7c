/** Starts a built main process on the Electron double, and sees what an operator would see. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import type { Desktop, TrayShown } from './desktop.ts'

export interface StartOptions {
  main: string
  env: Record<string, string>
  argv?: string[]
}

const register = join(import.meta.dirname, 'electron-double', 'register.ts')

/** Starts the process and waits for its window. */
export async function startOnDouble({ main, env, argv = [] }: StartOptions): Promise<Desktop> {
  const child = forkMain({ main, env, argv })
  const ended = once(child, 'exit')
  const ask = createAsk(child)
  const browser = await lookInside(ask, ended)
  const page = await firstPage(browser)
  return {
    kind: 'double',
    page,
    pid: child.pid ?? 0,
    tray: async () => ((await ask('tray')) as TrayShown[])[0],
    clickTray: async (...labels) => void (await ask('clickTray', ...labels)),
    badge: async () => (await ask('badge')) as number,
    notifications: async () => (await ask('notifications')) as { title: string; body: string }[],
    clickNotification: async (index) => void (await ask('clickNotification', String(index))),
    openedOutside: async () => (await ask('openedOutside')) as string[],
    questions: async () => (await ask('questions')) as { message: string; buttons: string[] }[],
    answer: async (button) => void (await ask('answer', button)),
    windowStates: async () => (await ask('windows')) as { visible: boolean; focused: boolean; minimized: boolean }[],
    lookAway: async () => void (await ask('blur')),
    closeWindow: async () => void (await ask('closeWindow')),
    openLink: async (url) => void (await ask('openUrl', url)),
    async ended() {
      const [code] = (await ended) as [number | null]
      await browser.close()
      return code
    },
    async kill() {
      // Told to end, not killed: killed, it would leave its Chromium behind.
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
      await browser.close()
    },
  }
}

/** Starts the process alone, for what ends before there is a window. */
export function forkMain({ main, env, argv = [] }: StartOptions): ChildProcess {
  return fork(main, argv, {
    execArgv: ['--import', register],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

function createAsk(child: ChildProcess) {
  const waiting = new Map<number, (answer: unknown) => void>()
  let last = 0
  child.on('message', ({ id, answer }: { id: number; answer: unknown }) => {
    waiting.get(id)?.(answer)
    waiting.delete(id)
  })
  return (ask: string, ...args: string[]): Promise<unknown> => {
    last += 1
    const id = last
    return new Promise((resolve, reject) => {
      waiting.set(id, resolve)
      child.send({ id, ask, args }, (error) => error && reject(error))
    })
  }
}

async function lookInside(ask: (ask: string) => Promise<unknown>, ended: Promise<unknown>): Promise<Browser> {
  const gone = ended.then(() => {
    throw new Error('the main process ended before it had a window')
  })
  for (;;) {
    const url = await Promise.race([ask('debuggingUrl'), gone])
    if (typeof url === 'string') return chromium.connectOverCDP(url)
    await Promise.race([new Promise((resolve) => setImmediate(resolve)), gone])
  }
}

async function firstPage(browser: Browser): Promise<Page> {
  const [context] = browser.contexts()
  if (!context) throw new Error('Chromium shows no context')
  return context.pages()[0] ?? context.waitForEvent('page')
}
