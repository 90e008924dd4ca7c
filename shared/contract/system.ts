/** The installation: health, secret storage, tokens, settings, sandbox, news. */
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { AgentId } from '#shared/agent'
import { EscalationChain, EscalationPerson } from '#shared/escalation'
import { Instant } from '#shared/time'
import { ProviderId, pageOf, procedure, TenantId } from './common.ts'

/** Five states of the vault, and what a person can do about each. `empty`: an encrypted file vault that has no passphrase yet. */
export const VaultStatus = z.object({
  backend: z.enum(['os', 'file', 'memory']),
  /** The store by its own name: "Secret Service", "Keychain", "Credential Manager", "encrypted file". */
  name: z.string(),
  state: z.enum(['ok', 'locked', 'no_store', 'denied', 'lost', 'empty']),
  locked: z.boolean(),
  message: z.string(),
})
/** State of the vault. */
export type VaultStatus = z.infer<typeof VaultStatus>

/** Health, also without a tenant. */
export const Health = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  uptimeMs: z.number(),
  vault: z.object({ backend: z.string(), locked: z.boolean() }),
  database: z.object({ ok: z.boolean(), schemaVersion: z.int(), sizeBytes: z.number() }),
})

/** An API token; its secret is told once, when it is made. */
export const ApiToken = z.object({
  id: z.string(),
  name: z.string(),
  tenantId: TenantId.nullable(),
  /** The one agent it may hand events to, and nothing else; null for a token that speaks for its tenant. */
  agent: AgentId.nullable(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
})
/** An API token. */
export type ApiToken = z.infer<typeof ApiToken>

/** What one kind of notice does. */
export const NoticeKind = z.enum([
  'job_failed',
  'outcome_unknown',
  'connection_broken',
  'job_late',
  'ai_budget',
  'payment_failed',
  'approval_waiting',
  'agent_budget',
  'run_told',
  'run_stuck',
  'disk_low',
  'clock_behind',
])
/** A kind of notice. */
export type NoticeKind = z.infer<typeof NoticeKind>

/** A tenant's settings. */
export const TenantSettings = z.object({
  /** Providers for EMAIL_SEND in the order they are tried. */
  emailOrder: z.array(ProviderId),
  notifications: z.record(NoticeKind, z.boolean()),
  quietHours: z
    .object({ from: z.string().regex(/^\d{2}:\d{2}$/), to: z.string().regex(/^\d{2}:\d{2}$/), timeZone: z.string() })
    .nullable(),
  /** Kinds that are told in quiet hours too. */
  breakThrough: z.array(NoticeKind).max(32),
  /** Who is told outside of this machine, in order. */
  people: EscalationChain,
})
/** A tenant's settings. */
export type TenantSettings = z.infer<typeof TenantSettings>

/** Something that needs a person, told once per change of state. */
export const Notice = z.object({
  id: z.string(),
  kind: NoticeKind,
  title: z.string(),
  message: z.string(),
  /** In-app path where it can be dealt with. */
  href: z.string(),
  at: Instant,
  count: z.int(),
  /** Who has seen it, so that nobody else is called. */
  acknowledged: z.object({ by: z.string(), at: Instant }).nullable(),
  /** Who was told of it outside, and when. */
  told: z.array(z.object({ name: z.string(), at: Instant })),
  /** Whether a person may close it; others close when their cause is gone. */
  dismissable: z.boolean(),
})
/** Something that needs a person. */
export type Notice = z.infer<typeof Notice>

/** What arrived at a sandbox, readable like an inbox. */
export const SandboxItem = z.object({
  id: z.string(),
  provider: ProviderId,
  at: Instant,
  title: z.string(),
  to: z.string(),
  text: z.string(),
  request: z.object({ method: z.string(), path: z.string(), body: z.json() }),
  /** Buttons below it, as they are now; pressed with `sandbox.press`. */
  buttons: z.array(z.array(z.object({ text: z.string(), data: z.string() }))),
})
/** What arrived at a sandbox. */
export type SandboxItem = z.infer<typeof SandboxItem>

/** A fault that a sandbox can be told to show, on the next `count` requests (null: until switched off). */
export const SandboxFault = z.object({
  provider: ProviderId,
  fault: z.string(),
  title: z.string(),
  effect: z.string(),
  active: z.boolean(),
  count: z.int().nullable(),
})
/** A fault that a sandbox can be told to show. */
export type SandboxFault = z.infer<typeof SandboxFault>

/** News: what changed, by id. Ask again for the rest. `missed` after a gap: ask again for everything. */
export const News = z.object({
  topic: z.enum([
    'job.changed',
    'connection.changed',
    'audit.changed',
    'message.changed',
    'tenant.changed',
    'settings.changed',
    'vault.changed',
    'notice.raised',
    'sandbox.changed',
    'media.changed',
    'schedule.changed',
    'signin.changed',
    'ai.changed',
    'billing.changed',
    'agent.changed',
    'run.changed',
    'approval.changed',
    'missed',
  ]),
  tenantId: z.string().nullable(),
  ids: z.array(z.string()),
})
/** News: what changed, by id. */
export type News = z.infer<typeof News>

const nothing = z.strictObject({}).optional()
const Passphrase = z.string().min(8).max(1_000)

/** Procedures about the installation. */
export const system = {
  health: procedure.route({ method: 'GET', path: '/health', summary: 'Is it well?' }).input(nothing).output(Health),
  about: procedure
    .route({ method: 'GET', path: '/about', summary: 'Versions, places, host' })
    .input(nothing)
    .output(
      z.object({
        version: z.string(),
        host: z.enum(['desktop', 'serve', 'worker']),
        node: z.string(),
        sqlite: z.string(),
        platform: z.string(),
        dataDir: z.string(),
        startedAt: Instant,
        restUrl: z.string().nullable(),
        sandboxUrl: z.string().nullable(),
      }),
    ),
  vault: procedure
    .route({ method: 'GET', path: '/vault', summary: 'Where secrets lie and whether it is open' })
    .input(nothing)
    .output(VaultStatus),
  unlockVault: procedure
    .route({
      method: 'POST',
      path: '/vault/unlock',
      summary: 'Open the file vault; the first passphrase given to an empty one becomes its own',
    })
    .input(z.strictObject({ passphrase: Passphrase }))
    .output(VaultStatus),
  lockVault: procedure
    .route({ method: 'POST', path: '/vault/lock', summary: 'Close the file vault' })
    .input(nothing)
    .output(VaultStatus),
  changePassphrase: procedure
    .route({
      method: 'POST',
      path: '/vault/passphrase',
      summary: 'Encrypt the file vault anew, under a new key that the next passphrase opens',
    })
    .input(z.strictObject({ current: Passphrase, next: Passphrase }))
    .output(VaultStatus),
  recoveryExport: procedure
    .route({
      method: 'POST',
      path: '/vault/recovery-export',
      summary: "A tenant's credentials, sealed with a passphrase, for another machine",
    })
    .input(z.strictObject({ passphrase: Passphrase }))
    .output(z.object({ sealed: z.string(), connections: z.array(ProviderId) })),
  recoveryImport: procedure
    .route({ method: 'POST', path: '/vault/recovery-import', summary: 'Take a sealed recovery export into this tenant' })
    .input(z.strictObject({ passphrase: Passphrase, sealed: z.string().max(1_000_000) }))
    .output(z.object({ connections: z.array(ProviderId) })),
  settings: procedure
    .route({ method: 'GET', path: '/settings', summary: "The tenant's settings" })
    .input(nothing)
    .output(TenantSettings),
  updateSettings: procedure
    .route({ method: 'PATCH', path: '/settings', summary: "Change the tenant's settings" })
    .input(
      z.strictObject({
        emailOrder: z.array(ProviderId).min(1).max(10).optional(),
        notifications: z.partialRecord(NoticeKind, z.boolean()).optional(),
        quietHours: TenantSettings.shape.quietHours.optional(),
        breakThrough: TenantSettings.shape.breakThrough.optional(),
        people: TenantSettings.shape.people.optional(),
      }),
    )
    .output(TenantSettings),
  notices: procedure
    .route({ method: 'GET', path: '/notices', summary: 'What needs a person' })
    .input(nothing)
    .output(pageOf(Notice)),
  acknowledge: procedure
    .route({ method: 'POST', path: '/notices/{id}/acknowledge', summary: 'Say that you have seen it: nobody else is called' })
    .input(z.strictObject({ id: z.string().min(1).max(64) }))
    .output(z.object({ acknowledged: z.boolean() })),
  dismiss: procedure
    .route({ method: 'POST', path: '/notices/{id}/dismiss', summary: 'Close what does not close by itself' })
    .input(z.strictObject({ id: z.string().min(1).max(64) }))
    .output(z.object({ dismissed: z.boolean() })),
  testPerson: procedure
    .route({ method: 'POST', path: '/escalation/test', summary: 'Send a person of the chain a test' })
    .input(z.strictObject({ person: EscalationPerson }))
    .output(z.object({ job: z.string() })),
  news: procedure
    .route({ method: 'GET', path: '/news', summary: 'What changes, as it changes (server-sent events)' })
    .input(nothing)
    .output(eventIterator(News)),
}

/** Procedures about API tokens. */
export const tokens = {
  list: procedure.route({ method: 'GET', path: '/tokens', summary: 'API tokens' }).input(nothing).output(pageOf(ApiToken)),
  create: procedure
    .route({
      method: 'POST',
      path: '/tokens',
      summary: 'Make a token for one tenant; the secret is told once',
      successStatus: 201,
    })
    .input(z.strictObject({ name: z.string().trim().min(1).max(80), tenantId: TenantId, agent: AgentId.optional() }))
    .output(z.object({ token: ApiToken, secret: z.string() })),
  remove: procedure
    .route({ method: 'DELETE', path: '/tokens/{id}', summary: 'Revoke a token' })
    .input(z.strictObject({ id: z.string().max(64) }))
    .output(z.object({ removed: z.boolean() })),
}

/** The Demo tenant's sandbox: its inbox and its fault switches. */
export const sandbox = {
  inbox: procedure
    .route({ method: 'GET', path: '/sandbox/inbox', summary: 'What arrived at the stand-ins, newest first' })
    .input(z.strictObject({ provider: ProviderId.optional() }).optional())
    .output(pageOf(SandboxItem)),
  faults: procedure
    .route({ method: 'GET', path: '/sandbox/faults', summary: 'Fault switches' })
    .input(nothing)
    .output(pageOf(SandboxFault)),
  setFault: procedure
    .route({ method: 'PUT', path: '/sandbox/faults', summary: 'Switch a fault on or off' })
    .input(
      z.strictObject({
        provider: ProviderId,
        fault: z.string().max(64),
        active: z.boolean(),
        count: z.int().min(1).max(1_000).optional(),
      }),
    )
    .output(pageOf(SandboxFault)),
  /** Pretends that a person wrote to the bot, so that receiving can be tried. */
  receive: procedure
    .route({ method: 'POST', path: '/sandbox/receive', summary: 'Let a pretended person write to a stand-in' })
    .input(z.strictObject({ provider: ProviderId, from: z.string().min(1).max(80), text: z.string().min(1).max(4_000) }))
    .output(z.object({ accepted: z.boolean() })),
  /** `messageId` is the id of the inbox item the button stands below. */
  press: procedure
    .route({ method: 'POST', path: '/sandbox/press', summary: 'Let a pretended person press a button below what arrived' })
    .input(
      z.strictObject({
        provider: ProviderId,
        messageId: z.string().regex(/^\d{1,15}$/, 'must be the number of an arrival'),
        data: z.string().min(1).max(64),
        from: z.string().min(1).max(80),
      }),
    )
    .output(z.object({ accepted: z.boolean() })),
}
