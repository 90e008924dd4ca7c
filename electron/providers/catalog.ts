/** The providers of this build; a test compares the list with the folder. */
import type { AnyProvider } from '../kit/define.ts'
import { microsoft } from './microsoft/manifest.ts'
import { resend } from './resend/manifest.ts'
import { slack } from './slack/manifest.ts'
import { stripe } from './stripe/manifest.ts'
import { telegram } from './telegram/manifest.ts'

export const catalog = { microsoft, resend, slack, stripe, telegram } satisfies Record<string, AnyProvider>
