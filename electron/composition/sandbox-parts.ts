/** The stand-ins of the Demo tenant, in the process that has the screens. */
import { join } from 'node:path'
import { demoTenantId } from '../engine/tenants/demo.ts'
import { sandboxes } from '../sandbox/catalog.ts'
import { createLedger } from '../sandbox/ledger.ts'
import { createSandboxServer } from '../sandbox/server.ts'
import type { Foundation } from './foundation.ts'
import type { SandboxParts } from './sandbox-area.ts'
import type { World } from './world.ts'

export function createSandboxParts({ dataDir, now }: World, { announcements }: Foundation): SandboxParts {
  const onArrival = () => announcements.announce('sandbox.changed', demoTenantId, 'inbox')
  const ledger = createLedger(join(dataDir, 'sandbox.db'))
  const server = createSandboxServer({ ledger, sandboxes: Object.values(sandboxes), now, onArrival })
  return { ledger, server }
}
