/** The trial of each provider, by its id. */
import type { catalog } from '../../electron/providers/catalog.ts'
import type { Trial } from './trial.ts'
import { alignableTrial } from './trials/alignable.ts'
import { appleTrial } from './trials/apple.ts'
import { ghostTrial } from './trials/ghost.ts'
import { googleTrial } from './trials/google.ts'
import { microsoftTrial } from './trials/microsoft.ts'
import { resendTrial } from './trials/resend.ts'
import { slackTrial } from './trials/slack.ts'
import { telegramTrial } from './trials/telegram.ts'
import { wordpressTrial } from './trials/wordpress.ts'

export const trials: Readonly<Record<keyof typeof catalog, Trial>> = {
  microsoft: microsoftTrial,
  resend: resendTrial,
  slack: slackTrial,
  telegram: telegramTrial,
  alignable: alignableTrial,
  apple: appleTrial,
  google: googleTrial,
  ghost: ghostTrial,
  wordpress: wordpressTrial,
}
