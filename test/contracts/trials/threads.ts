/** What the contract suite tries threads with. */
import { canary, type Trial } from '../trial.ts'

export const threadsTrial: Trial = {
  wrongCredential: { clientId: 'demo-threads-client', accessToken: `token-${canary}` },
  actions: {
    'post.create': { input: { platform: 'threads', text: 'Good morning', media: [{ file: 'picture' }, { file: 'video' }] } },
    'limit.get': { input: {} },
  },
}
