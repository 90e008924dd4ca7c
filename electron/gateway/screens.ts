/** The built screens, as files. */
import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import sirv from 'sirv'
import { failed } from '#shared/failure'
import { sendFailure } from './answers.ts'

const notBuilt = 'The screens are not built. Run "npm run build", then start again.'

export function createScreens(folder: string): (request: IncomingMessage, response: ServerResponse) => void {
  if (!existsSync(join(folder, 'index.html'))) {
    return (_request, response) => {
      response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8' })
      response.end(notBuilt)
    }
  }
  const serve = sirv(folder, { dev: false, etag: true, single: false, setHeaders: cacheAssets })
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendFailure(response, failed('invalid', 'Screens are only read.').failure, 405)
      return
    }
    serve(request, response, () => sendFailure(response, failed('not_found', 'There is no such page.').failure))
  }
}

/** Names of built assets change with their content; the page itself is asked for each time. */
function cacheAssets(response: ServerResponse, path: string): void {
  response.setHeader('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
}
