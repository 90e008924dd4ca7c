/** Refusals of Supabase Storage in its own words: HTTP 400 for nearly all, the truth in the body. */
import type { SandboxResponse } from './define.ts'

const known: Readonly<Record<string, { statusCode: string; error: string; message: string }>> = {
  NoSuchBucket: { statusCode: '404', error: 'Bucket not found', message: 'Bucket not found' },
  NoSuchKey: { statusCode: '404', error: 'not_found', message: 'Object not found' },
  KeyAlreadyExists: { statusCode: '409', error: 'Duplicate', message: 'The resource already exists' },
  BucketAlreadyExists: { statusCode: '409', error: 'Duplicate', message: 'The resource already exists' },
  EntityTooLarge: {
    statusCode: '413',
    error: 'Payload too large',
    message: 'The object exceeded the maximum allowed size',
  },
  InvalidJWT: { statusCode: '400', error: 'InvalidJWT', message: '"exp" claim timestamp check failed' },
  AccessDenied: { statusCode: '403', error: 'Unauthorized', message: 'Invalid Compact JWS' },
  InvalidKey: { statusCode: '400', error: 'InvalidKey', message: 'Invalid key' },
  InvalidRequest: { statusCode: '400', error: 'Bad Request', message: 'The request is not valid' },
  DatabaseReadOnly: {
    statusCode: '503',
    error: 'DatabaseReadOnly',
    message: 'The database is currently in read-only mode. Please try again later.',
  },
}

export function refused(code: string, message?: string): SandboxResponse {
  const body = known[code] ?? { statusCode: '400', error: code, message: code }
  return { status: 400, body: { ...body, ...(message ? { message } : {}), code } }
}

/** Names that the real storage takes. */
export function validKey(key: string): boolean {
  return /^(\w|\/|!|-|\.|\*|'|\(|\)| |&|\$|@|=|;|:|\+|,|\?)*$/.test(key) && !key.split('/').some((part) => /^\.{1,2}$/.test(part))
}
