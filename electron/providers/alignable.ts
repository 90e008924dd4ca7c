/** Alignable has no API: a person posts there, with text, pictures and page at hand, and says where it is. */
import { z } from 'zod'
import { AlignablePost } from '#shared/social/post'
import { defineAction, defineProvider } from '../kit/define.ts'
import { Endpoint } from '../kit/endpoints.ts'

const Credential = z.strictObject({})
const Settings = z.strictObject({ endpoint: Endpoint.optional() })

const assist = defineAction({
  title: 'Post by hand',
  effect: 'Hands the post to a person, who publishes it on Alignable.',
  source: 'https://support.alignable.com/hc/en-us',
  repeat: 'unsafe',
  input: AlignablePost,
  output: z.strictObject({}),
  lookup: 'Look at your posts on https://www.alignable.com/.',
  subject: ({ text }) => `Alignable: ${text}`.slice(0, 120),
  assist: ({ text, link }: AlignablePost) => ({
    text: link ? `${text}\n\n${link}` : text,
    page: 'https://www.alignable.com/',
    steps: [
      'Copy the text.',
      'Open Alignable, choose Share an update and paste it; add the pictures.',
      'Publish it there, then paste the address of the post here.',
    ],
  }),
  run: async () => ({}),
})

export const alignable = defineProvider<z.infer<typeof Credential>, z.infer<typeof Settings>>({
  id: 'alignable',
  name: 'Alignable',
  category: 'social',
  summary: 'Posts that a person publishes by hand: Alignable offers no API.',
  docs: 'https://support.alignable.com/hc/en-us',
  setup: ['Nothing to set up: posts wait under Publishing until you have posted them by hand'],
  notes: [
    'Alignable offers no API. What claims to post there by itself drives a browser, which its terms forbid.',
    'A post counts as published when you say so; its address is kept as the proof.',
  ],
  endpoints: {},
  credential: Credential,
  settings: Settings,
  verification: { required: false, note: 'There is no app to be reviewed.' },
  limits: [],
  serves: {},
  publishes: { alignable: 'post.assist' },
  actions: { 'post.assist': assist },
  check: { call: 'none: posted by hand', run: async () => ({ account: { id: 'by-hand', name: 'Posted by hand' } }) },
})
