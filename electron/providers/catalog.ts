/** The providers of this build; a test compares the list with the folder. Mail is tried in this order until a tenant says otherwise. */
import type { AnyProvider } from '../kit/define.ts'
import { alignable } from './alignable/manifest.ts'
import { apple } from './apple/manifest.ts'
import { cerebras } from './cerebras/manifest.ts'
import { deepseek } from './deepseek/manifest.ts'
import { gemini } from './gemini/manifest.ts'
import { ghost } from './ghost/manifest.ts'
import { google } from './google/manifest.ts'
import { linkedin } from './linkedin/manifest.ts'
import { meta } from './meta/manifest.ts'
import { microsoft } from './microsoft/manifest.ts'
import { openai } from './openai/manifest.ts'
import { openrouter } from './openrouter/manifest.ts'
import { pinterest } from './pinterest/manifest.ts'
import { reddit } from './reddit/manifest.ts'
import { resend } from './resend/manifest.ts'
import { slack } from './slack/manifest.ts'
import { stripe } from './stripe/manifest.ts'
import { supabase } from './supabase/manifest.ts'
import { telegram } from './telegram/manifest.ts'
import { threads } from './threads/manifest.ts'
import { tiktok } from './tiktok/manifest.ts'
import { tumblr } from './tumblr/manifest.ts'
import { wordpress } from './wordpress/manifest.ts'
import { x } from './x/manifest.ts'

export const catalog = {
  microsoft,
  resend,
  slack,
  telegram,
  google,
  apple,
  x,
  meta,
  threads,
  linkedin,
  reddit,
  tumblr,
  pinterest,
  tiktok,
  alignable,
  wordpress,
  ghost,
  stripe,
  supabase,
  openai,
  deepseek,
  openrouter,
  cerebras,
  gemini,
} satisfies Record<string, AnyProvider>
