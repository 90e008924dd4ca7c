/** The stand-ins of the Demo tenant, in the process that has the screens. */
import { join } from 'node:path'
import { sandboxes } from '../sandbox/catalog.ts'
import { createLedger } from '../sandbox/ledger.ts'
import { createSandboxServer } from '../sandbox/server.ts'
import type { SandboxParts } from './sandbox-area.ts'
import type { World } from './world.ts'

export function createSandboxParts({ dataDir, now }: World): SandboxParts {
  const ledger = createLedger(join(dataDir, 'sandbox.db'))
  const server = createSandboxServer({ ledger, sandboxes: Object.values(sandboxes), now })
  return { ledger, server }
}
