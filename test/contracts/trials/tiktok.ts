/** What the contract suite tries tiktok with. */
import { canary, type Trial } from '../trial.ts'

export const tiktokTrial: Trial = {
  wrongCredential: { clientId: 'demo-tiktok-client-key', accessToken: `token-${canary}` },
  actions: {
    'post.create': {
      input: { platform: 'tiktok', text: 'Good morning', privacy: 'SELF_ONLY', media: [{ file: 'video' }] },
    },
    'creator.get': { input: {} },
  },
}
