/** What the contract suite tries alignable with. */
import type { Trial } from '../trial.ts'

export const alignableTrial: Trial = {
  // Nobody is asked for one.
  wrongCredential: {},
  actions: {
    'post.assist': { input: { platform: 'alignable', text: 'We open on Monday.', link: 'https://example.com/open' } },
  },
}
