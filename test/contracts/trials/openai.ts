/** What the contract suite tries openai with. */
import { chatTrial } from '../chat-trial.ts'

export const openaiTrial = chatTrial('gpt-5.4-mini')
