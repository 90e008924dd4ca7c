/** Alignable: it offers no way in for programs, so a person posts with our help. */
import { z } from 'zod'
import { type CheckResult, defineProvider } from '../../kit/define.ts'
import { assistPost } from './actions.ts'

const byHand: CheckResult = {
  account: { id: 'by-hand', name: 'Posted by hand', detail: 'Alignable has no interface for programs' },
}

export const alignable = defineProvider({
  id: 'alignable',
  name: 'Alignable',
  category: 'social',
  summary: 'Prepares posts for the local business network; a person puts them there.',
  docs: 'https://support.alignable.com/',
  setup: [
    'Connect it as it is: there is nothing to sign in to here',
    'When a post is due it waits for you with its text and the page to open; post it, then confirm',
  ],
  notes: [
    'Alignable publishes no interface for programs, so nothing can be posted, read or counted there from here.',
    'A post counts as published once you confirm it; nobody else can know.',
    'Nothing is done in a browser in your name: Alignable does not allow that.',
  ],
  endpoints: {},
  credential: z.strictObject({}),
  settings: z.strictObject({}),
  verification: { required: false, note: 'There is nothing to be approved.' },
  limits: [],
  serves: {},
  publishes: { alignable: 'post.assist' },
  actions: { 'post.assist': assistPost },
  check: { call: 'no call', run: async () => byHand },
})
