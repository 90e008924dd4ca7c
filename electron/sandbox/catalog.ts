/** The stand-ins of this build; a test compares the list with the folder. */
import { cerebrasSandbox } from './cerebras.ts'
import { deepseekSandbox } from './deepseek.ts'
import type { Sandbox } from './define.ts'
import { geminiSandbox } from './gemini.ts'
import { microsoftSandbox } from './microsoft.ts'
import { openaiSandbox } from './openai.ts'
import { openrouterSandbox } from './openrouter.ts'
import { resendSandbox } from './resend.ts'
import { slackSandbox } from './slack.ts'
import { telegramSandbox } from './telegram.ts'

export const sandboxes = {
  cerebras: cerebrasSandbox,
  deepseek: deepseekSandbox,
  gemini: geminiSandbox,
  microsoft: microsoftSandbox,
  openai: openaiSandbox,
  openrouter: openrouterSandbox,
  resend: resendSandbox,
  slack: slackSandbox,
  telegram: telegramSandbox,
} satisfies Record<string, Sandbox>
