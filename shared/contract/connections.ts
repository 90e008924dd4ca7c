/** Connections: authorised accounts of a tenant. Secrets go in; only their presence ever comes out. */
import { z } from 'zod'
import { Capability, ConnectionState } from '#shared/connection'
import { Failure } from '#shared/failure'
import { Instant } from '#shared/time'
import { JsonObject, ProviderId, pageOf, procedure } from './common.ts'

/** One proof: a real call that was made, when, and how it ended. */
export const Proof = z.object({ at: Instant, ok: z.boolean(), call: z.string(), failure: Failure.optional() })

/** A connection. `credential` says which fields are set, never what they hold. */
export const Connection = z.object({
  provider: ProviderId,
  state: ConnectionState,
  account: z.object({ id: z.string(), name: z.string(), detail: z.string().optional() }).nullable(),
  credential: z.object({
    set: z.boolean(),
    fields: z.array(z.string()),
    updatedAt: Instant.nullable(),
    fingerprint: z.string().nullable(),
  }),
  settings: JsonObject,
  capabilities: z.array(Capability),
  scopes: z.array(z.string()),
  /** Scopes that a sign-in asks for with the settings as they are. */
  requiredScopes: z.array(z.string()),
  missingScopes: z.array(z.string()),
  expiresAt: Instant.nullable(),
  lastOkAt: Instant.nullable(),
  failure: Failure.nullable(),
  proofs: z.array(Proof),
  /** What stops when it goes: agents that used it and jobs that wait for it. */
  usedBy: z.object({ agents: z.array(z.string()), waitingJobs: z.int() }),
  /** Base URL in use when it differs from the provider's own. */
  endpoint: z.string().nullable(),
})
/** A connection. */
export type Connection = z.infer<typeof Connection>

/** A choice in a picker (a channel, a team); a disabled one says why. */
export const Choice = z.object({
  value: z.string(),
  label: z.string(),
  hint: z.string().optional(),
  disabled: z.string().optional(),
})
/** A choice in a picker. */
export type Choice = z.infer<typeof Choice>

/** An environment variable that could fill a field. Its value is never told. */
export const ImportOffer = z.object({ provider: ProviderId, field: z.string(), variable: z.string(), secret: z.boolean() })

/** Where a sign-in stands. */
export const SignInStatus = z.object({
  stage: z.enum(['none', 'waiting', 'finishing', 'confirm_account', 'connected', 'failed', 'expired', 'cancelled']),
  authorizationUrl: z.string().optional(),
  redirectUri: z.string().optional(),
  expiresAt: Instant.optional(),
  expected: z.string().optional(),
  got: z.string().optional(),
  failure: Failure.optional(),
})
/** Where a sign-in stands. */
export type SignInStatus = z.infer<typeof SignInStatus>

const provider = z.strictObject({ provider: ProviderId })

/** Procedures about connections. */
export const connections = {
  list: procedure
    .route({ method: 'GET', path: '/connections', summary: 'Every provider with the state of its connection' })
    .input(z.strictObject({}).optional())
    .output(pageOf(Connection)),
  get: procedure
    .route({ method: 'GET', path: '/connections/{provider}', summary: 'One connection' })
    .input(provider)
    .output(Connection),
  put: procedure
    .route({
      method: 'PUT',
      path: '/connections/{provider}',
      summary: 'Store a credential and settings, then check them with a real call',
    })
    .input(
      z.strictObject({
        provider: ProviderId,
        /** Omitted: unchanged. Fields of it that are omitted keep their stored value. */
        credential: JsonObject.optional(),
        /** Omitted: unchanged. Given: replaces all settings. */
        settings: JsonObject.optional(),
        /** Needed when the new credential belongs to another account than the stored one. */
        replaceAccount: z.boolean().optional(),
        /** False stores without the check call; the state then stays "retrying" until one succeeds. */
        check: z.boolean().optional(),
      }),
    )
    .output(Connection),
  remove: procedure
    .route({
      method: 'DELETE',
      path: '/connections/{provider}',
      summary: 'Disconnect: revoke where possible, delete the credential',
    })
    .input(provider)
    /** `revoked` says whether the provider was told; null where it takes no such word. */
    .output(z.object({ removed: z.boolean(), revoked: z.boolean().nullable() })),
  check: procedure
    .route({ method: 'POST', path: '/connections/{provider}/check', summary: 'Make a harmless real call and record the proof' })
    .input(provider)
    .output(Connection),
  choices: procedure
    .route({
      method: 'POST',
      path: '/connections/{provider}/choices',
      summary: 'The choices of a picker, asked from the provider',
    })
    .input(
      z.strictObject({ provider: ProviderId, picker: z.string().max(64), context: z.record(z.string(), z.string()).optional() }),
    )
    .output(z.object({ items: z.array(Choice), truncated: z.boolean() })),
  importOffers: procedure
    .route({
      method: 'GET',
      path: '/connections/import',
      summary: 'Which environment variables could fill which fields (names only)',
    })
    .input(z.strictObject({}).optional())
    .output(pageOf(ImportOffer)),
  import: procedure
    .route({ method: 'POST', path: '/connections/import', summary: 'Store credentials from the environment of this process' })
    .input(z.strictObject({ providers: z.array(ProviderId).min(1) }))
    .output(z.object({ imported: z.array(z.object({ provider: ProviderId, variables: z.array(z.string()) })) })),
}

/** Sign-in in the system browser (authorization code, PKCE, loopback). */
export const oauth = {
  start: procedure
    .route({
      method: 'POST',
      path: '/oauth/{provider}/start',
      summary: 'Begin a sign-in; one at a time for a connection, ten minutes',
    })
    .input(z.strictObject({ provider: ProviderId, replaceAccount: z.boolean().optional() }))
    .output(z.object({ authorizationUrl: z.string(), expiresAt: Instant, redirectUri: z.string() })),
  status: procedure
    .route({ method: 'GET', path: '/oauth/{provider}/status', summary: 'Where the sign-in stands' })
    .input(provider)
    .output(SignInStatus),
  paste: procedure
    .route({
      method: 'POST',
      path: '/oauth/{provider}/paste',
      summary: 'Hand over the address that the browser was sent to, copied whole',
    })
    .input(z.strictObject({ provider: ProviderId, address: z.string().min(1).max(8_000) }))
    .output(SignInStatus),
  cancel: procedure
    .route({ method: 'POST', path: '/oauth/{provider}/cancel', summary: 'Stop waiting and close the listener' })
    .input(provider)
    .output(SignInStatus),
  confirm: procedure
    .route({
      method: 'POST',
      path: '/oauth/{provider}/confirm',
      summary: 'Answer "another account signed in": keep the old one or replace it',
    })
    .input(z.strictObject({ provider: ProviderId, replace: z.boolean() }))
    .output(SignInStatus),
}
