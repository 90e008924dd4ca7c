/** Uploads of this page: how much of each was really sent, then the job that takes it to the storage. Kept while screens change. */
import { create } from 'zustand'
import { AppError, Failure } from '#shared/failure'
import { client, failureOf } from '../../rpc.ts'
import { useSession } from '../../stores/session.ts'
import { inDesktop } from '../../wires.ts'

export interface Upload {
  id: string
  tenantId: string | null
  file: File
  path: string
  /** Bytes that were seen to leave this page; null where nobody can see. */
  sentBytes: number | null
  jobId?: string
  failure?: Failure
}

interface Uploads {
  list: readonly Upload[]
}

/** The uploads. */
export const useUploads = create<Uploads>()(() => ({ list: [] }))

const change = (id: string, part: Partial<Upload>) =>
  useUploads.setState(({ list }) => ({ list: list.map((one) => (one.id === id ? { ...one, ...part } : one)) }))

/** Takes an upload off the list; what was ordered goes on. */
export function dismissUpload(id: string): void {
  useUploads.setState(({ list }) => ({ list: list.filter((one) => one.id !== id) }))
}

/** Largest file that the desktop hands over in one piece. */
const mostInDesktop = 20 * 1024 * 1024

const broken: Failure = { kind: 'unavailable', message: 'Atlas UX could not be reached; the file was not taken. Try it again.' }

function answerOf(request: XMLHttpRequest): string {
  const body: unknown = JSON.parse(request.responseText)
  if (request.status === 201) return (body as { id: string }).id
  const told = Failure.safeParse((body as { error?: unknown }).error)
  throw new AppError(told.success ? told.data : broken)
}

/** Over HTTP the file goes as it is, and the browser counts what leaves. */
function sendByHttp({ id, tenantId, file, path }: Upload, overwrite: boolean): Promise<string> {
  const query = new URLSearchParams({ path, ...(overwrite ? { overwrite: 'true' } : {}) })
  const request = new XMLHttpRequest()
  request.open('POST', `/v1/files?${query}`)
  request.setRequestHeader('x-atlas', '1')
  if (tenantId) request.setRequestHeader('x-tenant-id', tenantId)
  const isPlain = file.type === '' || file.type.startsWith('application/json')
  request.setRequestHeader('content-type', isPlain ? 'application/octet-stream' : file.type)
  request.upload.addEventListener('progress', ({ loaded }) => change(id, { sentBytes: Math.min(loaded, file.size) }))
  return new Promise((resolve, reject) => {
    request.addEventListener('error', () => reject(new AppError(broken)))
    request.addEventListener('load', () => {
      try {
        resolve(answerOf(request))
      } catch (error) {
        reject(error instanceof AppError ? error : new AppError(broken))
      }
    })
    request.send(file)
  })
}

function toBase64(file: File): Promise<string> {
  const reader = new FileReader()
  return new Promise((resolve, reject) => {
    reader.addEventListener('load', () => resolve(String(reader.result).split(',')[1] ?? ''))
    reader.addEventListener('error', () =>
      reject(new AppError({ kind: 'invalid', message: 'The file could not be read. It may have been moved.' })),
    )
    reader.readAsDataURL(file)
  })
}

async function sendByPort({ file, path, tenantId }: Upload, overwrite: boolean): Promise<string> {
  if (file.size > mostInDesktop) {
    const message = 'Files above 20 MB go up from a browser: run npm run serve, and drop the file there.'
    throw new AppError({ kind: 'unsupported', message })
  }
  const input = { path, contentBase64: await toBase64(file), ...(overwrite ? { overwrite } : {}) }
  const type = file.type === '' ? {} : { contentType: file.type }
  const { id } = await client.files.upload({ ...input, ...type }, { context: tenantId ? { tenantId } : {} })
  return id
}

async function send(upload: Upload, overwrite: boolean): Promise<void> {
  try {
    const jobId = await (inDesktop ? sendByPort : sendByHttp)(upload, overwrite)
    change(upload.id, { jobId, sentBytes: upload.file.size })
  } catch (error) {
    change(upload.id, { failure: failureOf(error) })
  }
}

/** Begins the upload of files, one after another. */
export async function uploadFiles(files: readonly { file: File; path: string }[]): Promise<void> {
  const { tenantId } = useSession.getState()
  const begun = files.map(({ file, path }) => ({ id: crypto.randomUUID(), tenantId, file, path, sentBytes: null }))
  useUploads.setState(({ list }) => ({ list: [...begun, ...list] }))
  for (const upload of begun) await send(upload, false)
}

/** Sends a file once more; `overwrite` replaces what lies there. */
export function sendAgain({ id, file, path, tenantId }: Upload, overwrite: boolean): Promise<void> {
  const upload: Upload = { id, file, path, tenantId, sentBytes: null }
  useUploads.setState(({ list }) => ({ list: list.map((one) => (one.id === id ? upload : one)) }))
  return send(upload, overwrite)
}
