/** The Demo tenant's sandbox as the contract offers it; other tenants have none. */
import { failed } from '#shared/failure'
import type { Announcements } from '../engine/announcements.ts'
import type { Area } from '../engine/engine.ts'
import type { Ledger } from '../sandbox/ledger.ts'
import type { SandboxServer } from '../sandbox/server.ts'

export interface SandboxParts {
  server: SandboxServer
  ledger: Ledger
}

export function createSandboxArea(
  parts: SandboxParts | undefined,
  isDemo: (tenantId: string) => boolean,
  announcements: Announcements,
) {
  return (tenantId: string): Area<'sandbox'> => {
    function open(): SandboxParts {
      if (!isDemo(tenantId))
        throw failed('unsupported', 'Only the Demo tenant has a sandbox; this tenant reaches the real providers.')
      if (!parts) throw failed('unsupported', 'The sandbox runs in another process of this installation.')
      return parts
    }
    const told = () => announcements.announce('sandbox.changed', tenantId, 'sandbox')
    return {
      inbox: async (input) => ({
        items: open().ledger.inbox({ ...(input?.provider ? { provider: input.provider } : {}), limit: 100 }),
        nextCursor: null,
      }),
      faults: async () => ({ items: open().server.faults.list(), nextCursor: null }),
      async setFault({ provider, fault, active, count }) {
        open().server.faults.set(provider, fault, active, count)
        told()
        return { items: open().server.faults.list(), nextCursor: null }
      },
      async receive({ provider, from, text }) {
        open().server.receive(provider, from, text)
        told()
        return { accepted: true }
      },
      async press(order) {
        open().server.press(order)
        told()
        return { accepted: true }
      },
    }
  }
}
