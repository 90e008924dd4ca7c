/** The way to a Supabase project's storage: credential and settings, the official SDK on our fetch, and where a tenant's files lie. */
import type { StorageClient } from '@supabase/storage-js'
import { z } from 'zod'
import { failed } from '#shared/failure'
import { storageKey } from '#shared/storage-path'
import type { Call } from '../../kit/call.ts'
import { Endpoint } from '../../kit/endpoints.ts'

const DatabaseUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\/[^\s]+$/, 'must start with postgresql://')
  .max(1_000)

/** Keys that are meant for browsers and may do next to nothing. */
function isPublicKey(key: string): boolean {
  if (key.startsWith('sb_publishable_')) return true
  try {
    const payload = (key.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')
    return (JSON.parse(atob(payload)) as { role?: unknown }).role === 'anon'
  } catch {
    // Not a JWT: the project itself judges the key.
    return false
  }
}

export const SupabaseCredential = z.strictObject({
  serviceRoleKey: z
    .string()
    .regex(/^[\w.-]{20,4000}$/, 'must be the key alone, without spaces')
    .refine((key) => !isPublicKey(key), 'is a public key; the service role key or a secret key (sb_secret_…) is needed')
    .meta({
      title: 'Service role key',
      secret: true,
      env: 'SUPABASE_SERVICE_ROLE_KEY',
      help: 'Project Settings › API keys. The service_role key, or a secret key that starts with sb_secret_.',
    }),
  databaseUrl: DatabaseUrl.optional().meta({
    title: 'Database URL (pooled)',
    secret: true,
    env: 'DATABASE_URL',
    help: 'Connect › Transaction or Session pooler, with the password filled in. Needed for database actions only.',
  }),
  directUrl: DatabaseUrl.optional().meta({
    title: 'Database URL (direct)',
    secret: true,
    env: 'DIRECT_URL',
    help: 'Connect › Direct connection. Reachable over IPv6 only, unless the project has the IPv4 add-on.',
  }),
})
export type SupabaseCredential = z.infer<typeof SupabaseCredential>

export const SupabaseSettings = z.strictObject({
  url: z
    .url({ protocol: /^https$/ })
    .max(500)
    .regex(/^https:\/\/[^/?#@]+\/?$/, 'must be the address alone, such as https://abcdefghijklmnopqrst.supabase.co')
    .optional()
    .meta({ title: 'Project URL', env: 'SUPABASE_URL', help: 'Project Settings › Data API. Needed for everything.' }),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_.-]{1,62}$/, 'must be a name of small letters, digits, - and _')
    .default('kb_uploads')
    .meta({ title: 'Bucket', help: 'Made by itself, private, with the first upload.' }),
  quotaBytes: z.int().positive().optional().meta({
    title: 'Quota in bytes',
    help: 'What this tenant may store. Supabase knows a quota of the project only.',
    advanced: true,
  }),
  databaseCa: z
    .string()
    .max(20_000)
    .regex(/^\s*-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/, 'must be a certificate in PEM form')
    .optional()
    .meta({
      title: 'Database certificate (PEM)',
      multiline: true,
      advanced: true,
      help: 'Database Settings › SSL configuration › Download certificate.',
    }),
  endpoint: Endpoint.optional(),
})
export type SupabaseSettings = z.infer<typeof SupabaseSettings>

export type SupabaseCall = Call<SupabaseCredential, SupabaseSettings>

/** Stands in the manifest for the host that only a tenant's settings know. No project can have this name. */
export const nobodysProject = 'https://project-ref.supabase.co'

/** Base URL of the project, or a refusal where nobody has named it yet. */
export function projectOf(call: Pick<SupabaseCall, 'endpoint'>): string {
  const base = call.endpoint('project')
  if (base !== nobodysProject) return base
  throw failed('invalid', 'The Supabase connection has no project URL yet. Set Project URL on it.', {
    action: { label: 'Set the project URL', href: '/integrations/supabase' },
    fields: [{ path: 'settings.url', message: 'is missing' }],
  })
}

export function authOf({ credential }: Pick<SupabaseCall, 'credential'>): Record<string, string> {
  return { authorization: `Bearer ${credential.serviceRoleKey}`, apikey: credential.serviceRoleKey }
}

/** The SDK on the call: `fetch` for effects, `ask` for questions and for what nobody outside sees. */
export async function storageOf(call: SupabaseCall, how: 'fetch' | 'ask'): Promise<StorageClient> {
  const { StorageClient } = await import('@supabase/storage-js')
  return new StorageClient(`${projectOf(call)}/storage/v1`, authOf(call), call[how])
}

/** The data of an SDK's answer; what our fetch refused is thrown as it was. */
export function told<T>({ data, error }: { data: T; error: null } | { data: null; error: unknown }): T {
  if (error === null) return data as T
  const original = typeof error === 'object' && error !== null && 'originalError' in error ? error.originalError : error
  if (!(original instanceof SyntaxError) && original instanceof Error) throw original
  throw failed('unexpected', 'Supabase answered in a shape that is not its documented one.')
}

/** An answer of the SDK in its documented shape, or `unexpected`. */
export function shaped<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw failed('unexpected', 'Supabase answered in a shape that is not its documented one.')
}

/** The key of a path of the tenant; refuses whatever could leave its folder. */
export function keyOf(call: Pick<SupabaseCall, 'tenant'>, path: string, folder = false): string {
  const found = storageKey(call.tenant, path, folder)
  if ('key' in found) return found.key
  throw failed('invalid', `The path ${found.fault}.`, { fields: [{ path: 'path', message: found.fault }] })
}
