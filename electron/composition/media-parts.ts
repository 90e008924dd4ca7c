/** Media of posts: how a file of the tray, of the storage or of the internet is opened and lent. */

import { join } from 'node:path'
import type { AskAction } from '../engine/connections/ask-action.ts'
import type { ConnectionReader } from '../engine/connections/rows.ts'
import { createBlobs } from '../engine/media/blobs.ts'
import { createLending, type Lending } from '../engine/media/lending.ts'
import { createOpenMedia, type OpenMedia } from '../engine/media/open-media.ts'
import { createTray, type Tray } from '../engine/media/tray.ts'
import { download } from './download.ts'
import type { Foundation } from './foundation.ts'
import type { World } from './world.ts'

export function createTrayOn({ dataDir, now }: World, { database, audit, announcements }: Foundation): Tray {
  return createTray({ database, audit, announcements, blobs: createBlobs(join(dataDir, 'media')), now })
}

export interface MediaParts {
  lending: Lending
  openMedia: OpenMedia
}

export function createMediaParts(
  { now }: World,
  { database }: Foundation,
  parts: { tray: Tray; ask: AskAction; connections: ConnectionReader; isDemo(tenantId: string): boolean },
): MediaParts {
  const { tray, ask, connections, isDemo } = parts
  const lending = createLending({ database, ask, isConnected: connections.isSet, now })
  return { lending, openMedia: createOpenMedia({ tray, lending, ask, download, isDemo }) }
}
