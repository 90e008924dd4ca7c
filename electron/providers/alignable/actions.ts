/** What there is to do at Alignable: hand a person the post, the page and the steps. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import { AlignablePost } from '#shared/social/post'
import { defineAction } from '../../kit/define.ts'

const page = 'https://www.alignable.com/'

function stepsOf({ media, link }: AlignablePost): string[] {
  const count = media?.length ?? 0
  return [
    `Copy the text, then open ${page} and sign in`,
    'Choose to share an update and paste the text',
    ...(link === undefined ? [] : ['Wait until the preview of the link appears']),
    ...(count === 0 ? [] : [`Add the ${count === 1 ? 'picture' : `${count} pictures`} of this post`]),
    'Post it, then confirm here that it is out',
  ]
}

export const assistPost = defineAction({
  title: 'Post by hand',
  effect: 'Hands a person the post to put on Alignable.',
  source: 'https://support.alignable.com/',
  repeat: 'unsafe',
  input: AlignablePost,
  output: z.strictObject({ id: z.string(), url: z.string().nullable() }),
  lookup: 'Look at your own activity at https://www.alignable.com/.',
  subject: ({ text }) => `Alignable, by hand: ${text}`.slice(0, 120),
  assist: (post) => ({
    text: post.link === undefined || post.text.includes(post.link) ? post.text : `${post.text}\n\n${post.link}`,
    page,
    steps: stepsOf(post),
  }),
  async run() {
    throw failed('unsupported', 'Alignable has no interface for programs: a person posts it.')
  },
})
