/** What the contract suite tries x with. */
import { canary, type Trial } from '../trial.ts'

export const xTrial: Trial = {
  wrongCredential: { clientId: 'demo-x-client', accessToken: `token-${canary}` },
  actions: {
    'post.create': { input: { platform: 'x', text: '', media: [{ file: 'picture', alt: 'A harbour' }] } },
    'posts.recent': { input: {} },
    'post.delete': { input: { id: '1900000000000000001' } },
  },
}
