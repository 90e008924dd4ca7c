/** What the contract suite tries cerebras with. */
import { chatTrial } from '../chat-trial.ts'

export const cerebrasTrial = chatTrial('gpt-oss-120b')
