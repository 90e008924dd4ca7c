/** The stand-ins of this build; a test compares the list with the folder. */

import { alignableSandbox } from './alignable.ts'
import { appleSandbox } from './apple.ts'
import { cerebrasSandbox } from './cerebras.ts'
import { deepseekSandbox } from './deepseek.ts'
import type { Sandbox } from './define.ts'
import { geminiSandbox } from './gemini.ts'
import { ghostSandbox } from './ghost.ts'
import { googleSandbox } from './google.ts'
import { linkedinSandbox } from './linkedin.ts'
import { metaSandbox } from './meta.ts'
import { microsoftSandbox } from './microsoft.ts'
import { openaiSandbox } from './openai.ts'
import { openrouterSandbox } from './openrouter.ts'
import { pinterestSandbox } from './pinterest.ts'
import { redditSandbox } from './reddit.ts'
import { resendSandbox } from './resend.ts'
import { slackSandbox } from './slack.ts'
import { stripeSandbox } from './stripe.ts'
import { supabaseSandbox } from './supabase.ts'
import { telegramSandbox } from './telegram.ts'
import { threadsSandbox } from './threads.ts'
import { tiktokSandbox } from './tiktok.ts'
import { tumblrSandbox } from './tumblr.ts'
import { wordpressSandbox } from './wordpress.ts'
import { xSandbox } from './x.ts'

export const sandboxes = {
  microsoft: microsoftSandbox,
  resend: resendSandbox,
  slack: slackSandbox,
  telegram: telegramSandbox,
  google: googleSandbox,
  apple: appleSandbox,
  x: xSandbox,
  meta: metaSandbox,
  threads: threadsSandbox,
  linkedin: linkedinSandbox,
  reddit: redditSandbox,
  tumblr: tumblrSandbox,
  pinterest: pinterestSandbox,
  tiktok: tiktokSandbox,
  alignable: alignableSandbox,
  wordpress: wordpressSandbox,
  ghost: ghostSandbox,
  stripe: stripeSandbox,
  supabase: supabaseSandbox,
  openai: openaiSandbox,
  deepseek: deepseekSandbox,
  openrouter: openrouterSandbox,
  cerebras: cerebrasSandbox,
  gemini: geminiSandbox,
} satisfies Record<string, Sandbox>
