import { EventEmitter } from 'node:events'
import type { IpcMain, MessageChannelMain, WebContents } from 'electron'
import { expect, test } from 'vitest'
import { offerPort } from './port.ts'

function offered() {
  const ipc = new EventEmitter()
  const served: unknown[] = []
  const closed: unknown[] = []
  const warnings: object[] = []
  const posted: { channel: string; ports: unknown[] }[] = []
  let made = 0
  const frame = {
    url: 'app://atlas/',
    parent: null,
    postMessage: (channel: string, _message: unknown, ports: unknown[]) => posted.push({ channel, ports }),
  }
  let contents: { mainFrame: object } | undefined = { mainFrame: frame }
  offerPort({
    ipc: ipc as unknown as IpcMain,
    createChannel: () => {
      made += 1
      const name = made
      return { port1: { name, close: () => closed.push(name) }, port2: { name } } as unknown as MessageChannelMain
    },
    contents: () => contents as WebContents | undefined,
    origin: 'app://atlas',
    app: { servePort: (port) => served.push(port) },
    onServed: () => undefined,
    log: { warn: (fields) => warnings.push(fields), error: () => undefined },
  })
  return {
    frame,
    served,
    closed,
    posted,
    warnings,
    ask: (senderFrame: unknown) => ipc.emit('atlas:port', { senderFrame }),
    closeWindow: () => {
      contents = undefined
    },
  }
}

test('our page gets one end and the app the other; a second load closes the first', () => {
  const { ask, frame, served, closed, posted } = offered()
  ask(frame)
  ask(frame)
  expect(served).toMatchObject([{ name: 1 }, { name: 2 }])
  expect(posted).toMatchObject([
    { channel: 'atlas:port', ports: [{ name: 1 }] },
    { channel: 'atlas:port', ports: [{ name: 2 }] },
  ])
  expect(closed).toEqual([1])
})

test('nobody else gets a port, and each refusal is logged', () => {
  const { ask, frame, served, warnings, closeWindow } = offered()
  ask(null)
  ask(undefined)
  ask({ ...frame })
  ask({ ...frame, url: 'https://example.com/secret' })
  closeWindow()
  ask(frame)
  expect(served).toEqual([])
  expect(warnings).toHaveLength(5)
  expect(JSON.stringify(warnings)).not.toContain('secret')
})
