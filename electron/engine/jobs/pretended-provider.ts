/** For tests and benchmarks: the parts of a manifest and of a sending action that nobody looks at there. */
import { z } from 'zod'

/** What a pretended provider answers to a message. */
export const Sent = z.object({ messageId: z.string() })

/** Spread into `defineProvider` beside an id, a name and whatever is tried. */
export const pretendedManifest = {
  category: 'communication',
  summary: '',
  docs: 'https://example.com/docs',
  setup: [],
  notes: [],
  endpoints: { api: 'https://example.com' },
  credential: z.strictObject({ token: z.string() }),
  settings: z.strictObject({}),
  verification: { required: false, note: '' },
  limits: [],
  serves: {},
  actions: {},
  check: { call: 'check', run: async () => ({ account: { id: '1', name: 'pretended' } }) },
} as const

/** Spread into `defineAction` beside its input, how it is repeated and what it does. */
export const pretendedSend = {
  title: 'Send',
  effect: 'Sends a message.',
  source: 'https://example.com/docs',
  output: Sent,
  subject: ({ text }: { text: string }) => `Message: ${text}`.slice(0, 120),
  buckets: (): string[] => [],
} as const
