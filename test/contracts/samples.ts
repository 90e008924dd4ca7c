/** The trial of each provider, by its id. */
import type { catalog } from '../../electron/providers/catalog.ts'
import type { Trial } from './trial.ts'
import { cerebrasTrial } from './trials/cerebras.ts'
import { deepseekTrial } from './trials/deepseek.ts'
import { geminiTrial } from './trials/gemini.ts'
import { microsoftTrial } from './trials/microsoft.ts'
import { openaiTrial } from './trials/openai.ts'
import { openrouterTrial } from './trials/openrouter.ts'
import { resendTrial } from './trials/resend.ts'
import { slackTrial } from './trials/slack.ts'
import { telegramTrial } from './trials/telegram.ts'

export const trials: Readonly<Record<keyof typeof catalog, Trial>> = {
  cerebras: cerebrasTrial,
  deepseek: deepseekTrial,
  gemini: geminiTrial,
  openai: openaiTrial,
  openrouter: openrouterTrial,
  microsoft: microsoftTrial,
  resend: resendTrial,
  slack: slackTrial,
  telegram: telegramTrial,
}
