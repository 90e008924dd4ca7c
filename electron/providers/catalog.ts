/** The providers of this build; a test compares the list with the folder. */
import type { AnyProvider } from '../kit/define.ts'
import { cerebras } from './cerebras/manifest.ts'
import { deepseek } from './deepseek/manifest.ts'
import { gemini } from './gemini/manifest.ts'
import { microsoft } from './microsoft/manifest.ts'
import { openai } from './openai/manifest.ts'
import { openrouter } from './openrouter/manifest.ts'
import { resend } from './resend/manifest.ts'
import { slack } from './slack/manifest.ts'
import { telegram } from './telegram/manifest.ts'

export const catalog = {
  cerebras,
  deepseek,
  gemini,
  microsoft,
  openai,
  openrouter,
  resend,
  slack,
  telegram,
} satisfies Record<string, AnyProvider>
