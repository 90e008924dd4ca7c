/** What the contract suite tries every provider of models with. */
import type { SandboxResponse } from '../../electron/sandbox/define.ts'
import { canary, type Trial } from './trial.ts'

const lookUp = {
  name: 'look_up',
  description: 'Looks something up',
  parameters: { type: 'object', properties: { what: { type: 'string' } }, required: ['what'] },
}

export function chatTrial(model: string, ownRetry?: { answer: SandboxResponse; waitMs: number }): Trial {
  return {
    wrongCredential: { apiKey: `sk-${canary}` },
    ...(ownRetry ? { ownRetry } : {}),
    actions: {
      'chat.complete': {
        input: {
          model,
          messages: [
            { role: 'system', content: 'Be brief.' },
            { role: 'user', content: 'Good morning' },
          ],
          tools: [lookUp],
          maxTokens: 200,
        },
      },
      'models.list': { input: {} },
    },
  }
}
