/** The composition root: builds the product from the outside world, every part in order of need. It knows everybody; only hosts know it. */

import { createAiParts } from './composition/ai-parts.ts'
import { createEngineFace } from './composition/engine-face.ts'
import { createFoundation, type Foundation } from './composition/foundation.ts'
import { createHousekeeping } from './composition/housekeeping.ts'
import { createReach, type Reach } from './composition/reach.ts'
import { createSandboxParts } from './composition/sandbox-parts.ts'
import { createTenantSignIns } from './composition/sign-in-area.ts'
import { createWork, type Work } from './composition/work.ts'
import type { World } from './composition/world.ts'
import { type Access, createAccess } from './engine/access/access.ts'
import type { Engine } from './engine/engine.ts'
import { createRouter, type Router } from './procedures/router.ts'

export interface App {
  engine: Engine
  router: Router
  access: Access
  foundation: Foundation
  reach: Reach
  work: Work
  sandboxUrl(): string | null
  /** Starts work; resolves when the first job could run. */
  start(): Promise<void>
  /** What can wait until the first screen is there; call once it is. */
  settleIn(): Promise<void>
  /** Stops claiming, lets what runs end, settles, closes the database. */
  stop(): Promise<void>
}

export function compose(world: World): App {
  const foundation = createFoundation(world)
  const reach = createReach(world, foundation)
  const ai = createAiParts(world, foundation, reach)
  const work = createWork(world, foundation, reach, ai)
  const sandbox = world.host === 'worker' ? undefined : createSandboxParts(world, foundation)
  const access = createAccess({
    database: foundation.database,
    audit: foundation.audit,
    now: world.now,
    operatorToken: world.environment.ATLAS_TOKEN || undefined,
  })
  const signIns = createTenantSignIns(world, foundation, reach, work)
  const housekeeping = createHousekeeping(world, foundation, reach, { work, ai, sandbox, signIns })
  const engine = createEngineFace({ world, foundation, reach, work, ai, sandbox, access, housekeeping, signIns })
  const router = createRouter({ engine, onUnexpected: work.onError, onForeignTenant: access.noteForeignTenant })
  return {
    engine,
    router,
    access,
    foundation,
    reach,
    work,
    sandboxUrl: () => housekeeping.sandboxUrl(),
    start: engine.start,
    settleIn: housekeeping.settleIn,
    stop: engine.stop,
  }
}
