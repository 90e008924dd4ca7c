/** What the contract suite tries reddit with. */
import { canary, type Trial } from '../trial.ts'

export const redditTrial: Trial = {
  wrongCredential: { clientId: 'demo-reddit-client', accessToken: `token-${canary}` },
  actions: {
    'post.create': { input: { platform: 'reddit', subreddit: 'test', title: 'Good morning', text: 'How is the harbour?' } },
    'subreddit.rules': { input: { subreddit: 'smallbusiness' } },
    'flairs.list': { input: { subreddit: 'smallbusiness' } },
  },
}
