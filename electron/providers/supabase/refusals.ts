/** What Supabase Storage's refusals mean. It answers most with HTTP 400 and tells the truth in `code`. */
import { z } from 'zod'
import { type Failure, type FailureAction, type FailureKind, failed } from '#shared/failure'
import type { Answer } from '../../kit/define.ts'

interface Refusal {
  kind: FailureKind
  told: string
  action?: FailureAction
}

const newKey: FailureAction = {
  label: 'See the keys of the project',
  href: 'https://supabase.com/dashboard/project/_/settings/api-keys',
  steps: [
    'Open the project at Supabase, Project Settings › API keys',
    'Copy the service_role key, or make a secret key',
    'Paste it on the Supabase connection, and see that the project URL is of the same project',
  ],
}

const badKey: Refusal = {
  kind: 'unauthorized',
  told: 'Supabase does not accept the service role key. It may be of another project, or was revoked.',
  action: newKey,
}

const busy: Refusal = { kind: 'unavailable', told: 'Supabase Storage is failing or busy; this is tried again by itself.' }

const refusals: Readonly<Record<string, Refusal>> = {
  InvalidJWT: badKey,
  InvalidSignature: badKey,
  SignatureDoesNotMatch: badKey,
  AccessDenied: badKey,
  TenantNotFound: {
    kind: 'not_found',
    told: 'There is no such Supabase project. Check the project URL; a paused project must be restored first.',
    action: { label: 'Open the dashboard', href: 'https://supabase.com/dashboard' },
  },
  NoSuchBucket: { kind: 'not_found', told: 'The bucket is not there.' },
  NoSuchKey: { kind: 'not_found', told: 'There is no such file in the storage.' },
  NoSuchUpload: { kind: 'not_found', told: 'The upload that was begun is not known any more.' },
  KeyAlreadyExists: { kind: 'conflict', told: 'There is a file of that name already. Choose another name, or replace it.' },
  ResourceAlreadyExists: { kind: 'conflict', told: 'There is a file of that name already. Choose another name, or replace it.' },
  BucketAlreadyExists: { kind: 'conflict', told: 'The bucket is there already.' },
  EntityTooLarge: {
    kind: 'rejected',
    told: 'The file is larger than the bucket or the project allows.',
    action: { label: 'See the limit of the project', href: 'https://supabase.com/dashboard/project/_/storage/settings' },
  },
  InvalidMimeType: { kind: 'rejected', told: 'The bucket does not take files of this type.' },
  InvalidKey: { kind: 'invalid', told: 'Supabase does not take this name for a file.' },
  InvalidBucketName: { kind: 'invalid', told: 'Supabase does not take this name for a bucket.' },
  InvalidRequest: { kind: 'rejected', told: 'Supabase refused the request.' },
  DatabaseReadOnly: {
    kind: 'quota',
    told: 'The project is read-only: its disk is full, or its plan is used up.',
    action: { label: 'See usage at Supabase', href: 'https://supabase.com/dashboard/project/_/settings/billing/usage' },
  },
  DatabaseTimeout: busy,
  DatabaseConnectionLimit: busy,
  ResourceLocked: { kind: 'unavailable', told: 'The file is being written by somebody else at this moment.' },
  LockTimeout: busy,
  InternalError: busy,
  DatabaseError: busy,
}

/** Set where a public key, or one with policies, was used: the key itself is good and may not do this. */
const byPolicy: Refusal = {
  kind: 'forbidden',
  told: 'A policy of the project does not allow this: the key is not a service role key, which policies do not bind.',
  action: newKey,
}

const ErrorBody = z.object({ code: z.string(), message: z.string().default('') })

export function rejects({ status, headers, body }: Answer): Failure | undefined {
  const parsed = ErrorBody.safeParse(body)
  if (status < 400 || !parsed.success) return undefined
  const { code, message } = parsed.data
  // Whoever names a time to come back is taken at its word, whatever else it says.
  if (headers.has('retry-after')) return undefined
  if (code === 'SlowDown') {
    return failed('rate_limited', 'Supabase asks to wait: too many requests.', { code, retryAfterMs: 5_000 }).failure
  }
  const refusal = code === 'AccessDenied' && /row-level security/i.test(message) ? byPolicy : refusals[code]
  if (!refusal) return undefined
  const reason = message === '' ? '' : ` Supabase says: ${message.slice(0, 300)}`
  return failed(refusal.kind, `${refusal.told}${reason}`, { code, ...(refusal.action ? { action: refusal.action } : {}) }).failure
}
