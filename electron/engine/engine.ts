/** What the engine offers to hosts and carriers: the contract's procedures as plain functions, opened for one tenant. */

import type { InferContractRouterInputs, InferContractRouterOutputs } from '@orpc/contract'
import type { Contract } from '#shared/contract/contract'
import type { UploadMark } from '#shared/contract/files'
import type { Job } from '#shared/contract/jobs'
import type { FileMark, MediaItem } from '#shared/contract/media'
import type { News } from '#shared/contract/system'
import type { AiArea } from './ai/ai.ts'
import type { Delivery } from './billing/webhooks.ts'

type Inputs = InferContractRouterInputs<Contract>
type Outputs = InferContractRouterOutputs<Contract>

/** Who asks; lands in the audit log as it is. */
export interface Actor {
  kind: 'operator' | 'agent' | 'system' | 'token'
  id: string
}

/** An area of the contract as functions: parsed input and who asks, to the contract's output. Refusals are AppErrors. */
export type Area<A extends keyof Contract> = {
  [P in keyof Inputs[A] & keyof Outputs[A]]: (input: Inputs[A][P], actor: Actor) => Promise<Outputs[A][P]>
}

/** Procedures of the installation, which need no tenant. */
export interface Installation {
  tenants: Area<'tenants'>
  tokens: Area<'tokens'>
  providers: Area<'providers'>
  system: Pick<Area<'system'>, 'health' | 'about' | 'vault' | 'unlockVault' | 'lockVault' | 'changePassphrase'>
}

/** Takes the bytes of a file as they come, and orders their upload. */
export type UploadFile = (mark: UploadMark, bytes: AsyncIterable<Uint8Array>, actor: Actor) => Promise<Job>

/** Takes the bytes of a medium as they come. */
export type AddMedia = (mark: FileMark, bytes: AsyncIterable<Uint8Array>, actor: Actor) => Promise<MediaItem>

/** Procedures of one tenant. A tenant's engine cannot name another tenant: none of these takes a tenant id. */
export interface TenantEngine {
  connections: Area<'connections'>
  oauth: Area<'oauth'>
  jobs: Area<'jobs'>
  schedules: Area<'schedules'>
  limits: Area<'limits'>
  audit: Area<'audit'>
  messaging: Area<'messaging'>
  telegram: Area<'telegram'>
  triggers: Area<'triggers'>
  sandbox: Area<'sandbox'>
  verification: Area<'verification'>
  files: Area<'files'>
  media: Area<'media'>
  /** Orders the upload of bytes as they come. */
  uploadFile: UploadFile
  /** Takes bytes into the media tray as they come. */
  addMedia: AddMedia
  ai: AiArea
  billing: Area<'billing'>
  agents: Area<'agents'>
  runs: Area<'runs'>
  approvals: Area<'approvals'>
  posts: Area<'posts'>
  system: Pick<
    Area<'system'>,
    'settings' | 'updateSettings' | 'notices' | 'acknowledge' | 'dismiss' | 'testPerson' | 'recoveryExport' | 'recoveryImport'
  >
  /** The filtered export as it is written, chunk by chunk. */
  exportAudit(format: 'jsonl' | 'csv', filter: Inputs['audit']['list'], actor: Actor): AsyncIterable<string>
}

/** The engine as hosts see it. */
export interface Engine {
  installation: Installation
  /** Opens the engine for a tenant; `not_found` when there is none of that id. */
  forTenant(tenantId: string): TenantEngine
  /** News of everything; carriers pass on what their caller may see. */
  listen(listener: (news: News) => void): () => void
  /** Takes a delivery of a payment service; resolves once it is durable, false where it was taken before. */
  takeWebhook(delivery: Delivery): Promise<boolean>
  /** Prometheus text of counters and gauges. */
  metrics(): string
  start(): Promise<void>
  /** Stops claiming, lets running attempts end or gives them back, settles, closes. */
  stop(): Promise<void>
}
