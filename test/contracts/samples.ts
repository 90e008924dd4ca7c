/** The trial of each provider, by its id. */
import type { catalog } from '../../electron/providers/catalog.ts'
import type { Trial } from './trial.ts'
import { alignableTrial } from './trials/alignable.ts'
import { appleTrial } from './trials/apple.ts'
import { cerebrasTrial } from './trials/cerebras.ts'
import { deepseekTrial } from './trials/deepseek.ts'
import { geminiTrial } from './trials/gemini.ts'
import { ghostTrial } from './trials/ghost.ts'
import { googleTrial } from './trials/google.ts'
import { linkedinTrial } from './trials/linkedin.ts'
import { metaTrial } from './trials/meta.ts'
import { microsoftTrial } from './trials/microsoft.ts'
import { openaiTrial } from './trials/openai.ts'
import { openrouterTrial } from './trials/openrouter.ts'
import { pinterestTrial } from './trials/pinterest.ts'
import { redditTrial } from './trials/reddit.ts'
import { resendTrial } from './trials/resend.ts'
import { slackTrial } from './trials/slack.ts'
import { stripeTrial } from './trials/stripe.ts'
import { supabaseTrial } from './trials/supabase.ts'
import { telegramTrial } from './trials/telegram.ts'
import { threadsTrial } from './trials/threads.ts'
import { tiktokTrial } from './trials/tiktok.ts'
import { tumblrTrial } from './trials/tumblr.ts'
import { wordpressTrial } from './trials/wordpress.ts'
import { xTrial } from './trials/x.ts'

export const trials: Readonly<Record<keyof typeof catalog, Trial>> = {
  microsoft: microsoftTrial,
  resend: resendTrial,
  slack: slackTrial,
  telegram: telegramTrial,
  google: googleTrial,
  apple: appleTrial,
  x: xTrial,
  meta: metaTrial,
  threads: threadsTrial,
  linkedin: linkedinTrial,
  reddit: redditTrial,
  tumblr: tumblrTrial,
  pinterest: pinterestTrial,
  tiktok: tiktokTrial,
  alignable: alignableTrial,
  wordpress: wordpressTrial,
  ghost: ghostTrial,
  stripe: stripeTrial,
  supabase: supabaseTrial,
  openai: openaiTrial,
  deepseek: deepseekTrial,
  openrouter: openrouterTrial,
  cerebras: cerebrasTrial,
  gemini: geminiTrial,
}
