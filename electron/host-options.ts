/** What a headless host is told on its command line and in its environment. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface HostOptions {
  port: number
  dataDir: string
  open: boolean
  /** Jobs at a time in this process. */
  concurrency: number | undefined
  rest: string[]
}

const defaultPort = 4747

/** Where an operator's data lie when nobody says otherwise. */
export function defaultDataDir(environment: NodeJS.ProcessEnv): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Atlas UX')
  if (process.platform === 'win32') return join(environment.APPDATA ?? homedir(), 'Atlas UX')
  return join(environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'atlas-ux')
}

function wholeNumber(name: string, text: string, most: number): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 0 && number <= most) return number
  throw new Error(`${name} must be a whole number from 0 to ${most}, not "${text}"`)
}

export function readHostOptions(args: string[], environment: NodeJS.ProcessEnv): HostOptions {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      'data-dir': { type: 'string' },
      'no-open': { type: 'boolean' },
      concurrency: { type: 'string' },
    },
  })
  const port = values.port ?? environment.ATLAS_PORT ?? String(defaultPort)
  return {
    port: wholeNumber('--port', port, 65_535),
    dataDir: resolve(values['data-dir'] ?? environment.ATLAS_DATA_DIR ?? defaultDataDir(environment)),
    open: values['no-open'] !== true,
    concurrency: values.concurrency === undefined ? undefined : wholeNumber('--concurrency', values.concurrency, 256),
    rest: positionals,
  }
}
