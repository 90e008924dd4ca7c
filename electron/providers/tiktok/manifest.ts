/** TikTok: videos and pictures of one account, through the tenant's own app. */
import { defineProvider } from '../../kit/define.ts'
import { oauthSignIn, revokeAt } from '../../kit/oauth.ts'
import { createPost, readCreatorInfo } from './actions.ts'
import { readMe, rejects, scopes, TikTokCredential, TikTokSettings, terms } from './client.ts'
import { readCreator } from './creator.ts'

const docs = 'https://developers.tiktok.com/doc/content-posting-api-get-started'
const guidelines = 'https://developers.tiktok.com/doc/content-sharing-guidelines'

const audiences: Readonly<Record<string, string>> = {
  PUBLIC_TO_EVERYONE: 'Everybody',
  MUTUAL_FOLLOW_FRIENDS: 'Friends',
  FOLLOWER_OF_CREATOR: 'Followers',
  SELF_ONLY: 'Only the creator',
}

export const tiktok = defineProvider({
  id: 'tiktok',
  name: 'TikTok',
  category: 'social',
  summary: 'Publishes videos and pictures on a TikTok account, followed until they are live.',
  docs,
  setup: [
    'Open https://developers.tiktok.com/apps and create an app with Login Kit for Desktop and the Content Posting API (Direct Post)',
    'Login Kit: redirect URI http://127.0.0.1:*/callback/ (with the star)',
    'Scopes: user.info.basic and video.publish',
    'Copy client key and client secret to this form; then sign in under Access',
  ],
  notes: [
    'Until TikTok has audited the app, posts are seen by the creator alone, on a private account, of at most five people in a day.',
    'TikTok wants a person to choose who may see each post: there is no default.',
    'A post is accepted first and live later; it counts as published when TikTok says so. Its address comes after moderation.',
    'Pictures are fetched by TikTok itself, from a domain that you have verified in its portal.',
  ],
  endpoints: { api: 'https://open.tiktokapis.com', auth: 'https://www.tiktok.com', upload: 'https://open-upload.tiktokapis.com' },
  credential: TikTokCredential,
  settings: TikTokSettings,
  verification: {
    required: true,
    note: 'TikTok audits each app before its posts can be seen by others.',
    review: {
      stage: 'submitted',
      console: 'https://developers.tiktok.com/apps',
      checklist: [
        { id: 'consent', title: 'The person sees creator, audience and interactions before posting', href: guidelines },
        { id: 'video', title: 'A screen recording of the whole way' },
        {
          id: 'audit',
          title: 'Audit of the Content Posting API',
          href: 'https://developers.tiktok.com/application/content-posting-api',
        },
      ],
      meanwhile:
        'An unaudited app posts for the creator alone (SELF_ONLY), on a private account. Posts wait, or you post them by hand.',
      parks: ['tiktok'],
    },
  },
  limits: [
    { bucket: 'publish', title: 'Posts that are begun', count: 6, perMs: 60_000, source: docs },
    { bucket: 'status', title: 'Questions about a post', count: 30, perMs: 60_000, source: docs },
    { bucket: 'creator', title: 'Questions about the creator', count: 20, perMs: 60_000, source: docs },
    { bucket: 'daily', title: 'Posts of the account in a day', count: 15, perMs: 86_400_000, source: guidelines },
  ],
  serves: {},
  publishes: { tiktok: 'post.create' },
  actions: { 'post.create': createPost, 'creator.get': readCreatorInfo },
  pickers: {
    privacy: {
      title: 'Audiences',
      choices: async (call) =>
        (await readCreator(call)).privacy_level_options.map((value) => ({ value, label: audiences[value] ?? value })),
    },
  },
  check: {
    call: 'GET /v2/user/info/',
    async run(call) {
      const account = await readMe(call)
      const { scopes: granted } = call.credential
      return { account, ...(granted ? { scopes: granted } : {}) }
    },
  },
  signIn: oauthSignIn(terms, { scopes, redirectPath: '/callback/' }),
  revoke: (call) => revokeAt(call, terms, `${call.endpoint('api')}/v2/oauth/revoke/`),
  rejects,
})
