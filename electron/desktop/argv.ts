/** Start switches that would open the app to whoever can start it: refused, unless a developer asks for them by name. */

/** Switches that expose memory, drop the sandbox, or reroute traffic; each stands for its longer forms too. */
const refused = [
  'remote-debugging-',
  'remote-allow-origins',
  'inspect',
  'debug-port',
  'no-sandbox',
  'disable-gpu-sandbox',
  'disable-setuid-sandbox',
  'disable-seccomp-filter-sandbox',
  'disable-namespace-sandbox',
  'disable-web-security',
  'disable-site-isolation-trials',
  'allow-file-access-from-files',
  'allow-running-insecure-content',
  'ignore-certificate-errors',
  'host-rules',
  'host-resolver-rules',
  'proxy-server',
  'proxy-pac-url',
  'js-flags',
  'load-extension',
  'single-process',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'gpu-launcher',
  'log-net-log',
  'ssl-key-log-file',
] as const

/** Node options that load foreign code or open its debugger, with or without a value after them. */
const refusedShort = new Set(['-r', '--require', '--import', '--loader', '--experimental-loader'])

const debugVariable = 'ATLAS_ALLOW_DEBUG'

/** The switches among a process's arguments that it must not be started with. Empty when a developer allowed them. */
export function refusedSwitches(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): string[] {
  if (env[debugVariable] === '1') return []
  return argv.slice(1).flatMap((argument) => {
    const name = argument.split('=', 1)[0] ?? ''
    // Chromium reads `-name` and, on Windows, `/name` as `--name`, in either case.
    const bare = /^(?:--?|\/(?!.*\/))(.+)$/.exec(name)?.[1]?.toLowerCase()
    if (bare === undefined) return []
    return refusedShort.has(name) || refused.some((each) => bare.startsWith(each)) ? [name] : []
  })
}

/** What the operator reads when the app does not start because of them. */
export function refusalText(switches: readonly string[]): string {
  return `Atlas UX did not start: ${switches.join(', ')} would let other programs read its memory, or switch off its protection. Start it without. A developer can allow it with ${debugVariable}=1.`
}
