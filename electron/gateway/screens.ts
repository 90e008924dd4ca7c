/** The built screens, as files. */
import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import sirv from 'sirv'
import { failed } from '#shared/failure'
import { sendFailure, sendMethodRefused } from './answers.ts'

const notBuilt = 'The screens are not built. Run "npm run build", then start again.'

export function createScreens(folder: string): (request: IncomingMessage, response: ServerResponse) => void {
  if (!existsSync(join(folder, 'index.html'))) {
    return (_request, response) => {
      response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8' })
      response.end(notBuilt)
    }
  }
  // `dev` looks at the folder each time: what was listed at the start may be gone after another build.
  const serve = sirv(folder, { dev: true, etag: true, single: false, setHeaders: cacheAssets })
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendMethodRefused(response, request.method, ['GET', 'HEAD'])
      return
    }
    // A part of a small file is of no use, and sirv does not judge whether the part makes sense.
    delete request.headers.range
    // A file that vanishes while it is read would otherwise end the process.
    response.once('pipe', (file) => file.once('error', () => response.destroy()))
    serve(request, response, () => sendFailure(response, failed('not_found', 'There is no such page.').failure))
  }
}

/** Names of built assets change with their content; the page itself is asked for each time. */
function cacheAssets(response: ServerResponse, path: string): void {
  response.setHeader('cache-control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
}
