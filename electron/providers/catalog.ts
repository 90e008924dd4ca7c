/** The providers of this build; a test compares the list with the folder. */
import type { AnyProvider } from '../kit/define.ts'
import { alignable } from './alignable/manifest.ts'
import { apple } from './apple/manifest.ts'
import { ghost } from './ghost/manifest.ts'
import { google } from './google/manifest.ts'
import { microsoft } from './microsoft/manifest.ts'
import { resend } from './resend/manifest.ts'
import { slack } from './slack/manifest.ts'
import { telegram } from './telegram/manifest.ts'
import { wordpress } from './wordpress/manifest.ts'

// Who serves one kind together is asked in this order where the tenant has none of its own: mail goes by Microsoft, Resend, Google.
export const catalog = {
  microsoft,
  resend,
  google,
  slack,
  telegram,
  alignable,
  apple,
  ghost,
  wordpress,
} satisfies Record<string, AnyProvider>
