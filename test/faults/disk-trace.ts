/** Reads what strace saw a process do to its files, and what it told meanwhile, in order. */

/** One thing that happened: a file changed, a file was made durable, or a line was told on standard output. */
export type DiskEvent =
  | { what: 'write'; file: string; at: number; bytes: Buffer }
  | { what: 'truncate'; file: string; size: number }
  | { what: 'remove'; file: string }
  | { what: 'sync'; file: string }
  | { what: 'tell'; line: string }

const standardOutput = '1'

function decode(hex: string): Buffer {
  return Buffer.from(hex.replaceAll('\\x', ''), 'hex')
}

interface Reading {
  wanted(path: string): boolean
  open: Map<string, string>
}

type Reader = (match: RegExpExecArray, reading: Reading) => DiskEvent[]

/** The file behind a descriptor, if it is one that is followed. */
function changed(reading: Reading, descriptor: string, toEvent: (file: string) => DiskEvent): DiskEvent[] {
  const file = reading.open.get(descriptor)
  return file === undefined ? [] : [toEvent(file)]
}

/** Calls by their form in a trace written with `-xx`; a string that was cut short fits none of them. */
const calls: readonly { form: RegExp; read: Reader }[] = [
  {
    form: /^openat\(AT_FDCWD, "((?:\\x..)*)".* = (\d+)$/,
    read([, hex = '', descriptor = ''], { open, wanted }) {
      const path = decode(hex).toString('utf8')
      if (wanted(path)) open.set(descriptor, path)
      else open.delete(descriptor)
      return []
    },
  },
  {
    form: /^close\((\d+)\)/,
    read([, descriptor = ''], { open }) {
      open.delete(descriptor)
      return []
    },
  },
  {
    form: /^pwrite64\((\d+), "((?:\\x..)*)", \d+, (\d+)\) += \d+$/,
    read: ([, descriptor = '', hex = '', at = ''], reading) =>
      changed(reading, descriptor, (file) => ({ what: 'write', file, at: Number(at), bytes: decode(hex) })),
  },
  {
    form: /^write\((\d+), "((?:\\x..)*)", \d+\) += \d+$/,
    read([, descriptor = '', hex = ''], reading) {
      if (descriptor === standardOutput) return [{ what: 'tell', line: decode(hex).toString('utf8').trimEnd() }]
      return changed(reading, descriptor, (file) => {
        throw new Error(`${file} was written without a position, which this reader does not follow`)
      })
    },
  },
  {
    form: /^(?:fsync|fdatasync)\((\d+)\) += 0$/,
    read: ([, descriptor = ''], reading) => changed(reading, descriptor, (file) => ({ what: 'sync', file })),
  },
  {
    form: /^ftruncate\((\d+), (\d+)\) += 0$/,
    read: ([, descriptor = '', size = ''], reading) =>
      changed(reading, descriptor, (file) => ({ what: 'truncate', file, size: Number(size) })),
  },
  {
    form: /^unlink\("((?:\\x..)*)"\) += 0$/,
    read([, hex = ''], { wanted }) {
      const file = decode(hex).toString('utf8')
      return wanted(file) ? [{ what: 'remove', file }] : []
    },
  },
]

/** Calls that end otherwise than the forms above and change nothing: refused ones, signals, the end. */
const harmless = /= -1 E[A-Z]+|^---|^\+\+\+|^exit|^openat\(/

/** The system calls to trace for {@link readTrace}. */
export const tracedCalls = 'openat,close,pwrite64,write,writev,pwritev,fsync,fdatasync,ftruncate,unlink,rename'

/** Events of the wanted files, in the order in which they happened. A call that it cannot read is an error, not a gap. */
export function readTrace(trace: string, wanted: (path: string) => boolean): DiskEvent[] {
  const reading: Reading = { wanted, open: new Map() }
  return trace.split('\n').flatMap((line) => {
    for (const { form, read } of calls) {
      const match = form.exec(line)
      if (match) return read(match, reading)
    }
    const descriptor = /^\w+\((\d+)/.exec(line)?.[1] ?? ''
    if (line === '' || harmless.test(line) || !reading.open.has(descriptor)) return []
    throw new Error(`a traced call was not understood: ${line.slice(0, 120)}`)
  })
}
