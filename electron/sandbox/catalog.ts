/** The stand-ins of this build; a test compares the list with the folder. */

import { alignableSandbox } from './alignable.ts'
import type { Sandbox } from './define.ts'
import { linkedinSandbox } from './linkedin.ts'
import { metaSandbox } from './meta.ts'
import { microsoftSandbox } from './microsoft.ts'
import { pinterestSandbox } from './pinterest.ts'
import { redditSandbox } from './reddit.ts'
import { resendSandbox } from './resend.ts'
import { slackSandbox } from './slack.ts'
import { supabaseSandbox } from './supabase.ts'
import { telegramSandbox } from './telegram.ts'
import { threadsSandbox } from './threads.ts'
import { tiktokSandbox } from './tiktok.ts'
import { tumblrSandbox } from './tumblr.ts'
import { xSandbox } from './x.ts'

export const sandboxes = {
  alignable: alignableSandbox,
  microsoft: microsoftSandbox,
  resend: resendSandbox,
  slack: slackSandbox,
  supabase: supabaseSandbox,
  telegram: telegramSandbox,
  x: xSandbox,
  linkedin: linkedinSandbox,
  reddit: redditSandbox,
  tumblr: tumblrSandbox,
  pinterest: pinterestSandbox,
  threads: threadsSandbox,
  meta: metaSandbox,
  tiktok: tiktokSandbox,
} satisfies Record<string, Sandbox>
