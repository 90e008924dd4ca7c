/** The page's own scheme, `app://atlas`: a real origin without a server or the file system's powers. */
import type { Protocol } from 'electron'
import { createPageFiles, pageScheme } from './page-files.ts'

/** To be called before the app is ready. CORS stays enforced because fetch is allowed: without it other origins could read us. */
export function registerPageScheme(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true } },
  ])
}

/** Serves the built page from a folder. */
export function servePage(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  protocol.handle(pageScheme, createPageFiles(folder))
}
