/** The stand-ins of this build; a test compares the list with the folder. */
import type { Sandbox } from './define.ts'
import { microsoftSandbox } from './microsoft.ts'
import { resendSandbox } from './resend.ts'
import { slackSandbox } from './slack.ts'
import { stripeSandbox } from './stripe.ts'
import { telegramSandbox } from './telegram.ts'

export const sandboxes = {
  microsoft: microsoftSandbox,
  resend: resendSandbox,
  slack: slackSandbox,
  stripe: stripeSandbox,
  telegram: telegramSandbox,
} satisfies Record<string, Sandbox>
