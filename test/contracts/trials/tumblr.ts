/** What the contract suite tries tumblr with. */
import { canary, type Trial } from '../trial.ts'

export const tumblrTrial: Trial = {
  wrongCredential: { clientId: 'demo-tumblr-client', accessToken: `token-${canary}` },
  actions: {
    'post.create': {
      input: { platform: 'tumblr', text: 'Good morning', media: [{ file: 'picture', alt: 'A harbour' }], tags: ['sea'] },
    },
    'blogs.list': { input: {} },
  },
}
