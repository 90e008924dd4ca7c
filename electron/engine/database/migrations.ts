/** The list of migrations: forward only, in order; the database's `user_version` is how many it has seen. */

import { start } from './migrations/0001-start.ts'
import { verification } from './migrations/0002-verification.ts'
import { media } from './migrations/0003-media.ts'
import { ai } from './migrations/0004-ai.ts'
import { billing } from './migrations/0005-billing.ts'
import { agents } from './migrations/0006-agents.ts'
import { triggers } from './migrations/0007-triggers.ts'
import { publishing } from './migrations/0008-publishing.ts'
import { escalation } from './migrations/0009-escalation.ts'
import { webhooks } from './migrations/0010-webhooks.ts'
import { lean } from './migrations/0011-lean.ts'
import { spans } from './migrations/0012-spans.ts'
import { vocabulary } from './migrations/0013-vocabulary.ts'
import { narrow } from './migrations/0014-narrow.ts'
import { minutes } from './migrations/0015-minutes.ts'

export interface Migration {
  name: string
  sql: string
}

export const migrations: readonly Migration[] = [
  { name: '0001-start', sql: start },
  { name: '0002-verification', sql: verification },
  { name: '0003-media', sql: media },
  { name: '0004-ai', sql: ai },
  { name: '0005-billing', sql: billing },
  { name: '0006-agents', sql: agents },
  { name: '0007-triggers', sql: triggers },
  { name: '0008-publishing', sql: publishing },
  { name: '0009-escalation', sql: escalation },
  { name: '0010-webhooks', sql: webhooks },
  { name: '0011-lean', sql: lean },
  { name: '0012-spans', sql: spans },
  { name: '0013-vocabulary', sql: vocabulary },
  { name: '0014-narrow', sql: narrow },
  { name: '0015-minutes', sql: minutes },
]
