/** Puts a file of this computer into the media tray: as it is over HTTP, in one piece from the desktop. */
import { MediaItem } from '#shared/contract/media'
import { AppError, Failure } from '#shared/failure'
import { client } from '../../rpc.ts'
import { useSession } from '../../stores/session.ts'
import { inDesktop } from '../../wires.ts'

const broken: Failure = { kind: 'unavailable', message: 'Atlas UX could not be reached; the file was not taken. Try it again.' }
/** Largest file that the desktop hands over in one piece. */
const mostInDesktop = 20 * 1024 * 1024

async function sendByHttp(file: File): Promise<MediaItem> {
  const { tenantId } = useSession.getState()
  const headers: Record<string, string> = { 'x-atlas': '1', 'content-type': file.type || 'application/octet-stream' }
  if (tenantId) headers['x-tenant-id'] = tenantId
  const query = new URLSearchParams({ filename: file.name })
  const response = await fetch(`/v1/media?${query}`, { method: 'POST', headers, body: file })
  const body: unknown = await response.json()
  if (response.ok) return MediaItem.parse(body)
  const told = Failure.safeParse((body as { error?: unknown }).error)
  throw new AppError(told.success ? told.data : broken)
}

async function sendByPort(file: File): Promise<MediaItem> {
  if (file.size > mostInDesktop) {
    const message = 'Files above 20 MB go up from a browser: run npm run serve, and add the file there.'
    throw new AppError({ kind: 'unsupported', message })
  }
  const bytes = new Uint8Array(await file.arrayBuffer())
  let binary = ''
  for (let at = 0; at < bytes.length; at += 32_768) binary += String.fromCharCode(...bytes.subarray(at, at + 32_768))
  const type = file.type ? { contentType: file.type } : {}
  return client.media.upload({ filename: file.name, contentBase64: btoa(binary), ...type })
}

export function putIntoTray(file: File): Promise<MediaItem> {
  return inDesktop ? sendByPort(file) : sendByHttp(file)
}
