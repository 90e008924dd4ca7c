/*
 * In an isolated world beside the page: runs the real preload with what Electron would hand it, and carries messages
 * and ports to the main process.
 */
globalThis.atlasPreloadWorld = ({ binding, process, preload }) => {
  if (window !== window.top) return
  const tell = (message) => globalThis[binding](JSON.stringify(message))
  const listeners = new Map()
  const ports = new Map()

  const mark = (value) => {
    if (value instanceof ArrayBuffer) return mark(new Uint8Array(value))
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      return { $bytes: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) }
    }
    if (value instanceof Date) return { $date: value.getTime() }
    if (Array.isArray(value)) return value.map(mark)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mark(each)]))
  }
  const unmark = (_key, value) => {
    if (typeof value?.$bytes === 'string') return Uint8Array.from(atob(value.$bytes), (letter) => letter.charCodeAt(0))
    return typeof value?.$date === 'number' ? new Date(value.$date) : value
  }

  const openPort = (id) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => tell({ type: 'port', id, data: JSON.stringify(mark(data)) })
    port1.addEventListener('close', () => tell({ type: 'port-closed', id }))
    ports.set(id, port1)
    return port2
  }

  const receivers = {
    message: ({ channel, args, portIds }) => {
      const event = { ports: portIds.map(openPort) }
      for (const listener of listeners.get(channel) ?? []) listener(event, ...JSON.parse(args, unmark))
    },
    port: ({ id, data }) => ports.get(id)?.postMessage(JSON.parse(data, unmark)),
    'port-closed': ({ id }) => {
      ports.get(id)?.close()
      ports.delete(id)
    },
  }
  globalThis.atlasReceive = (message) => receivers[message.type](message)

  const electron = {
    contextBridge: {
      exposeInMainWorld: (key, value) => {
        const detail = JSON.stringify({ key, value }, (_key, each) => {
          if (typeof each === 'function')
            throw new Error('the double carries plain data only, as the product exposes no function')
          return each
        })
        document.dispatchEvent(new CustomEvent('atlas-double-expose', { detail }))
      },
    },
    ipcRenderer: {
      send: (channel, ...args) => tell({ type: 'message', channel, args: JSON.stringify(mark(args)) }),
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    },
  }
  const require = (name) => {
    if (name === 'electron') return electron
    throw new Error(`a sandboxed preload cannot require ${name}`)
  }
  tell({ type: 'hello' })
  preload(require, process, { exports: {} }, {})
}
