/** What the contract suite tries linkedin with. */
import { canary, type Trial } from '../trial.ts'

export const linkedinTrial: Trial = {
  wrongCredential: { clientId: 'demo-linkedin-client', accessToken: `token-${canary}` },
  actions: {
    'post.create': {
      input: { platform: 'linkedin', text: 'Good morning (all) #harbour', media: [{ file: 'picture' }] },
    },
    'pages.list': { input: {} },
  },
}
