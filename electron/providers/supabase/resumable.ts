/** Uploads in pieces by the TUS protocol, each piece by the call's own fetch: what broke off goes on where it stopped. */
import type { HttpRequest, HttpResponse, HttpStack } from 'tus-js-client'
import { AppError, failed } from '#shared/failure'
import { authOf, projectOf, type SupabaseCall } from './client.ts'

/** Pieces must have exactly this length, all but the last: Supabase takes no other. */
const pieceBytes = 6 * 1024 * 1024

/** Something to upload. */
export interface Load {
  contentType: string
  sizeBytes: number
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>
}

export interface ResumableOrder {
  bucket: string
  key: string
  load: Load
  overwrite: boolean
  /** Kept beside the file at Supabase. */
  metadata: Record<string, string>
}

/** Where an upload that was begun goes on. */
interface Begun {
  upload: string
}

function begunOf(progress: unknown): string | undefined {
  return (progress as Begun | undefined)?.upload
}

function toResponse(response: Response): HttpResponse {
  return {
    getStatus: () => response.status,
    getHeader: (name) => response.headers.get(name) ?? undefined,
    getBody: () => '',
    getUnderlyingObject: () => response,
  }
}

/** An upload that is over or unknown is begun anew: the library wants the status for it, not an exception. */
function isGone(method: string, error: unknown): boolean {
  return method === 'HEAD' && error instanceof AppError && ['not_found', 'rejected', 'conflict'].includes(error.failure.kind)
}

/** Requests of the library on the call. Only pieces have an effect: an upload that was begun and left is seen by nobody. */
function stackOf(call: SupabaseCall, onError: (error: unknown) => void): HttpStack {
  return {
    getName: () => 'atlas',
    createRequest(method: string, url: string): HttpRequest {
      const headers: Record<string, string> = {}
      return {
        getMethod: () => method,
        getURL: () => url,
        setHeader: (name, value) => {
          headers[name.toLowerCase()] = value
        },
        getHeader: (name) => headers[name.toLowerCase()],
        setProgressHandler: () => undefined,
        abort: async () => undefined,
        getUnderlyingObject: () => undefined,
        async send(body: Blob | null | undefined) {
          const how = method === 'PATCH' ? call.fetch : call.ask
          try {
            return toResponse(await how(call.follow(url), { method, headers, ...(body ? { body } : {}) }))
          } catch (error) {
            if (isGone(method, error)) return toResponse(new Response(null, { status: 404 }))
            onError(error)
            throw error
          }
        },
      }
    },
  }
}

/** What the library wrapped; its own words when it wrapped nothing. */
function causeOf(error: Error): unknown {
  const inner = 'causingError' in error ? error.causingError : undefined
  return inner ?? failed('unexpected', 'The upload broke off in an answer that is not as the protocol has it.')
}

function readerOf({ sizeBytes, read }: Load) {
  return {
    openFile: async () => ({
      size: sizeBytes,
      slice: async (start: number, end: number) => ({
        // The library counts pieces by `size`, which bare bytes do not have.
        value: new Blob([await read(start, Math.min(end, sizeBytes))]),
        done: end >= sizeBytes,
      }),
      close: () => undefined,
    }),
  }
}

/** Uploads, from where an earlier attempt of the same job stopped. */
export async function uploadInPieces(call: SupabaseCall, order: ResumableOrder): Promise<void> {
  const { bucket, key, load, overwrite, metadata } = order
  const { Upload } = await import('tus-js-client')
  const begun = begunOf(call.progress)
  let cause: unknown
  await new Promise<void>((resolve, reject) => {
    const upload = new Upload(new Blob([]), {
      endpoint: `${projectOf(call)}/storage/v1/upload/resumable`,
      ...(begun === undefined ? {} : { uploadUrl: begun }),
      headers: { ...authOf(call), 'x-upsert': `${overwrite}` },
      chunkSize: pieceBytes,
      retryDelays: null,
      uploadDataDuringCreation: false,
      storeFingerprintForResuming: false,
      fingerprint: async () => key,
      metadata: {
        bucketName: bucket,
        objectName: key,
        contentType: load.contentType,
        cacheControl: '3600',
        metadata: JSON.stringify(metadata),
      },
      httpStack: stackOf(call, (error) => {
        cause = error
      }),
      fileReader: readerOf(load),
      // Awaited before the first piece: an upload whose address is lost could not go on.
      onBeforeRequest: async (request) => {
        if (request.getMethod() === 'PATCH' && upload.url !== null && upload.url !== begun) {
          await call.remember({ upload: upload.url } satisfies Begun)
        }
      },
      onError: (error) => reject(cause ?? causeOf(error)),
      onSuccess: () => resolve(),
    })
    upload.start()
  })
}
