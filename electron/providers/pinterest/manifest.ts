/** Pinterest: pins on the boards of one account, through the tenant's own app. */
import { defineProvider } from '../../kit/define.ts'
import { oauthSignIn } from '../../kit/oauth.ts'
import { createBoard, createPin, listBoards, readBoards } from './actions.ts'
import { PinterestCredential, PinterestSettings, readAccount, rejects, scopes, terms } from './client.ts'

const rates = 'https://developers.pinterest.com/docs/reference/rate-limits/'

export const pinterest = defineProvider({
  id: 'pinterest',
  name: 'Pinterest',
  category: 'social',
  summary: 'Publishes pins with pictures or a video on the boards of an account.',
  docs: 'https://developers.pinterest.com/docs/api/v5/introduction',
  setup: [
    'Open https://developers.pinterest.com/apps/ with a business account and create an app',
    'Redirect URI, exactly: http://127.0.0.1:41917/callback (and 41918, 41919 as spares)',
    'Copy app ID and app secret key to this form; then sign in under Access',
  ],
  notes: [
    'With trial access only the creator sees the pins, until Pinterest grants standard access.',
    'A pin needs a picture or a video; a text alone is refused before it is ordered.',
    'Several pictures of one pin need the same size.',
  ],
  endpoints: {
    api: 'https://api.pinterest.com',
    auth: 'https://www.pinterest.com',
    upload: 'https://pinterest-media-upload.s3-accelerate.amazonaws.com',
  },
  credential: PinterestCredential,
  settings: PinterestSettings,
  verification: {
    required: false,
    note: 'Trial access is given at once; its pins are seen by their creator alone. Standard access is granted on request.',
  },
  limits: [
    { bucket: 'app', title: 'Requests of the app', count: 1_000, perMs: 86_400_000, burst: 100, source: rates },
    { bucket: 'pins', title: 'Pins of the account', count: 100, perMs: 60_000, burst: 10, source: rates },
  ],
  serves: {},
  publishes: { pinterest: 'pin.create' },
  actions: { 'pin.create': createPin, 'boards.list': listBoards, 'board.create': createBoard },
  pickers: {
    boards: {
      title: 'Boards',
      choices: async (call) =>
        (await readBoards(call)).map(({ id, name, privacy }) => ({
          value: id,
          label: name,
          ...(privacy === 'PUBLIC' ? {} : { hint: privacy.toLowerCase() }),
        })),
    },
  },
  check: {
    call: 'GET /v5/user_account',
    async run(call) {
      const account = await readAccount(call)
      const { scopes: granted } = call.credential
      return { account, ...(granted ? { scopes: granted } : {}) }
    },
  },
  signIn: oauthSignIn(terms, { scopes, redirectPath: '/callback', ports: [41_917, 41_918, 41_919] }),
  rejects,
})
