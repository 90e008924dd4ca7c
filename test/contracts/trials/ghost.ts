/** What the contract suite tries ghost with. */
import { canary, type Trial } from '../trial.ts'

const hex = Buffer.from(canary).toString('hex')

export const ghostTrial: Trial = {
  wrongCredential: { adminApiKey: `${hex.slice(0, 24)}:${hex.padEnd(64, '0').slice(0, 64)}` },
  actions: {
    'post.create': {
      input: {
        platform: 'blog',
        title: 'Fresh bread',
        text: '<p>We open at six.</p>',
        media: [{ file: 'picture', alt: 'A loaf' }],
        tags: ['Bakery'],
        excerpt: 'Bread at six',
      },
    },
  },
}
