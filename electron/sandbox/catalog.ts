/** The stand-ins of this build; a test compares the list with the folder. */
import { alignableSandbox } from './alignable.ts'
import { appleSandbox } from './apple.ts'
import type { Sandbox } from './define.ts'
import { ghostSandbox } from './ghost.ts'
import { googleSandbox } from './google.ts'
import { microsoftSandbox } from './microsoft.ts'
import { resendSandbox } from './resend.ts'
import { slackSandbox } from './slack.ts'
import { telegramSandbox } from './telegram.ts'
import { wordpressSandbox } from './wordpress.ts'

export const sandboxes = {
  microsoft: microsoftSandbox,
  resend: resendSandbox,
  slack: slackSandbox,
  telegram: telegramSandbox,
  alignable: alignableSandbox,
  apple: appleSandbox,
  google: googleSandbox,
  ghost: ghostSandbox,
  wordpress: wordpressSandbox,
} satisfies Record<string, Sandbox>
