/** The one contract: all that a screen or a script knows of the engine. */
import { agents, runs } from './agents.ts'
import { ai } from './ai.ts'
import { approvals } from './approvals.ts'
import { audit } from './audit.ts'
import { billing } from './billing.ts'
import { connections, oauth } from './connections.ts'
import { files } from './files.ts'
import { jobs, limits, schedules } from './jobs.ts'
import { media } from './media.ts'
import { messaging, telegram } from './messaging.ts'
import { posts } from './posts.ts'
import { providers } from './providers.ts'
import { sandbox, system, tokens } from './system.ts'
import { tenants } from './tenants.ts'
import { triggers } from './triggers.ts'
import { verification } from './verification.ts'

/** Every procedure by area. Carried over message port, WebSocket and REST `/v1` without a second definition. */
export const contract = {
  system,
  tokens,
  sandbox,
  tenants,
  providers,
  connections,
  oauth,
  jobs,
  schedules,
  limits,
  audit,
  messaging,
  telegram,
  triggers,
  verification,
  files,
  media,
  ai,
  billing,
  agents,
  runs,
  approvals,
  posts,
}
/** Type of the contract. */
export type Contract = typeof contract
