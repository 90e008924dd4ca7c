/** The providers of this build; a test compares the list with the folder. */
import type { AnyProvider } from '../kit/define.ts'
import { alignable } from './alignable.ts'
import { linkedin } from './linkedin/manifest.ts'
import { meta } from './meta/manifest.ts'
import { microsoft } from './microsoft/manifest.ts'
import { pinterest } from './pinterest/manifest.ts'
import { reddit } from './reddit/manifest.ts'
import { resend } from './resend/manifest.ts'
import { slack } from './slack/manifest.ts'
import { supabase } from './supabase/manifest.ts'
import { telegram } from './telegram/manifest.ts'
import { threads } from './threads/manifest.ts'
import { tiktok } from './tiktok/manifest.ts'
import { tumblr } from './tumblr/manifest.ts'
import { x } from './x/manifest.ts'

export const catalog = {
  alignable,
  microsoft,
  resend,
  slack,
  supabase,
  telegram,
  x,
  linkedin,
  reddit,
  tumblr,
  pinterest,
  threads,
  meta,
  tiktok,
} satisfies Record<string, AnyProvider>
