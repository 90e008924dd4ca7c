import { EventEmitter } from 'node:events'
import type { App, Session } from 'electron'
import { expect, test } from 'vitest'
import { guardApp, guardSession, isOwnRequest } from './guards.ts'

const origin = 'app://atlas'
const foreign = [
  'https://example.com/',
  'http://127.0.0.1:4747/',
  'file:///etc/passwd',
  'data:text/html,x',
  'blob:app://atlas/1',
  'javascript:alert(1)',
  'about:blank',
  'app://other/',
  'app://atlas.evil/',
]

function guardedContents() {
  const app = new EventEmitter()
  const opened: string[] = []
  guardApp(app as unknown as App, {
    origin,
    openExternal: async (url) => opened.push(url) > 0,
    log: { warn: () => undefined, error: () => undefined },
  })
  let openHandler: ((details: { url: string }) => { action: string }) | undefined
  const contents = Object.assign(new EventEmitter(), {
    setWindowOpenHandler: (handler: typeof openHandler) => {
      openHandler = handler
    },
  })
  app.emit('web-contents-created', {}, contents)
  return { contents, opened, open: (url: string) => openHandler?.({ url }) }
}

test.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('%s goes nowhere but to our own page', (name) => {
  const { contents } = guardedContents()
  for (const url of [...foreign, 'app://atlas/index.html']) {
    let prevented = false
    contents.emit(name, { url, preventDefault: () => (prevented = true) })
    expect({ url, prevented }).toEqual({ url, prevented: url !== 'app://atlas/index.html' })
  }
})

test('no page opens a window or attaches a webview; the door to the browser is asked', () => {
  const { contents, opened, open } = guardedContents()
  expect(open('https://example.com/docs')).toEqual({ action: 'deny' })
  expect(open('app://atlas/')).toEqual({ action: 'deny' })
  expect(opened).toEqual(['https://example.com/docs', 'app://atlas/'])
  let prevented = false
  contents.emit('will-attach-webview', { preventDefault: () => (prevented = true) })
  expect(prevented).toBe(true)
})

const permissions = [
  'clipboard-read',
  'display-capture',
  'mediaKeySystem',
  'geolocation',
  'notifications',
  'midi',
  'midiSysex',
  'media',
  'fullscreen',
  'pointerLock',
  'keyboardLock',
  'openExternal',
  'speaker-selection',
  'storage-access',
  'top-level-storage-access',
  'window-management',
  'fileSystem',
  'hid',
  'serial',
  'usb',
  'idle-detection',
  'unknown',
  'a permission that does not exist yet',
]

function guardedSession() {
  const handlers: Record<string, (...args: unknown[]) => unknown> = {}
  const keep = (name: string) => (handler: (...args: unknown[]) => unknown) => {
    handlers[name] = handler
  }
  const session = Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: keep('request'),
    setPermissionCheckHandler: keep('check'),
    setDevicePermissionHandler: keep('device'),
    setDisplayMediaRequestHandler: keep('display'),
    webRequest: { onBeforeRequest: keep('before') },
  })
  guardSession(session as unknown as Session, origin)
  return {
    session,
    asks(permission: string, from = 'app://atlas/', isMainFrame = true): boolean[] {
      let granted = false
      const callback = (answer: boolean) => {
        granted = answer
      }
      handlers.request?.({}, permission, callback, { requestingUrl: from, isMainFrame })
      return [granted, handlers.check?.({}, permission, from) === true]
    },
    device: () => handlers.device?.({}),
    display() {
      let streams: unknown = 'unanswered'
      handlers.display?.({}, (answer: unknown) => {
        streams = answer
      })
      return streams
    },
  }
}

test('every permission is refused but copying text from our own page', () => {
  const { asks, device, display } = guardedSession()
  for (const permission of permissions)
    expect({ permission, granted: asks(permission) }).toEqual({ permission, granted: [false, false] })
  expect(asks('clipboard-sanitized-write')).toEqual([true, true])
  expect(asks('clipboard-sanitized-write', 'https://example.com/')).toEqual([false, false])
  expect(asks('clipboard-sanitized-write', 'app://atlas/', false)[0]).toBe(false)
  expect(device()).toBe(false)
  expect(display()).toBeNull()
})

test('only what our own page made can be saved', () => {
  const { session } = guardedSession()
  const saves = (url: string) => {
    let prevented = false
    session.emit('will-download', { preventDefault: () => (prevented = true) }, { getURL: () => url })
    return !prevented
  }
  expect(saves('blob:app://atlas/0b1c')).toBe(true)
  expect(saves('blob:https://example.com/0b1c')).toBe(false)
  expect(saves('https://example.com/x.exe')).toBe(false)
})

test('requests stay with our own files', () => {
  for (const url of ['app://atlas/assets/x.js', 'blob:app://atlas/1', 'data:image/png;base64,xx'])
    expect(isOwnRequest(url, origin)).toBe(true)
  for (const url of ['https://example.com/', 'http://127.0.0.1/', 'ws://127.0.0.1/', 'file:///x', 'blob:https://example.com/1']) {
    expect(isOwnRequest(url, origin)).toBe(false)
  }
  expect(isOwnRequest('ws://localhost:5173/', 'http://localhost:5173')).toBe(true)
})
