/** What the contract suite tries wordpress with. */
import { canary, type Trial } from '../trial.ts'

export const wordpressTrial: Trial = {
  wrongCredential: { username: 'atlas', applicationPassword: canary },
  actions: {
    'post.create': {
      input: {
        platform: 'blog',
        title: 'Fresh bread',
        text: '<p>We open at six.</p>',
        media: [{ file: 'picture', alt: 'A loaf' }],
        tags: ['Bakery', 'Morning'],
        excerpt: 'Bread at six',
      },
    },
  },
}
