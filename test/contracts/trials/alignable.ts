/** What the contract suite tries alignable with. */
import type { Trial } from '../trial.ts'

export const alignableTrial: Trial = {
  wrongCredential: {},
  actions: { 'post.assist': { input: { platform: 'alignable', text: 'Good morning', link: 'https://example.com/' } } },
}
