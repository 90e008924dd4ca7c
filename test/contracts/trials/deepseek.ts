/** What the contract suite tries deepseek with. */
import { chatTrial } from '../chat-trial.ts'

export const deepseekTrial = chatTrial('deepseek-v4-flash')
