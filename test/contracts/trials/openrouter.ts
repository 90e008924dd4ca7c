/** What the contract suite tries openrouter with. */
import { chatTrial } from '../chat-trial.ts'

export const openrouterTrial = chatTrial('openrouter/auto')
