/** Meta: Facebook pages and professional Instagram accounts, through the tenant's own app. */
import { defineProvider } from '../../kit/define.ts'
import { oauthSignIn } from '../../kit/oauth.ts'
import { MetaCredential, MetaSettings, mayPost, observe, pageScopes, readMe, readPages, rejects, terms } from './client.ts'
import { facebookPost, listPages } from './facebook.ts'
import { instagramPost } from './instagram.ts'

const portal = 'https://developers.facebook.com/apps/'

export const meta = defineProvider({
  id: 'meta',
  name: 'Meta',
  category: 'social',
  summary: 'Publishes on Facebook pages and professional Instagram accounts.',
  docs: 'https://developers.facebook.com/docs/',
  setup: [
    'Open https://developers.facebook.com/apps/ and create an app of the type Business',
    'Add Facebook Login; under Settings switch on Login from devices or Embedded browser OAuth login',
    'Valid OAuth redirect URI: https://www.facebook.com/connect/login_success.html',
    'Copy app ID and app secret to this form; sign in under Access and paste the address you were sent to',
    'Choose the page and the Instagram account under Setup',
  ],
  notes: [
    'Until Meta has reviewed the app, only people with a role in it can sign in, and posts wait here.',
    'The sign-in lasts 60 days and cannot be renewed: it has to be made again. It is told a day before.',
    'Instagram fetches pictures and videos itself: a local file is lent to it from the tenant’s storage for an hour. It takes JPEG alone.',
    'How many posts Instagram takes in a day is asked from the account before each post.',
  ],
  endpoints: { graph: 'https://graph.facebook.com', auth: 'https://www.facebook.com' },
  credential: MetaCredential,
  settings: MetaSettings,
  verification: {
    required: true,
    note: 'Meta reviews each permission of the app, and the business behind it, before it may post for others.',
    review: {
      stage: 'submitted',
      console: portal,
      checklist: [
        {
          id: 'business',
          title: 'Business verification of the company',
          href: 'https://developers.facebook.com/docs/development/release/business-verification',
        },
        { id: 'video', title: 'A screen recording for each permission' },
        { id: 'privacy', title: 'The address of the privacy policy' },
        {
          id: 'permissions',
          title: 'App Review of pages_manage_posts and instagram_content_publish',
          href: 'https://developers.facebook.com/docs/app-review',
        },
      ],
      meanwhile:
        'People with a role in your app can sign in, and what they post is seen by people with a role alone. Posts wait, or you post them by hand.',
      parks: ['facebook', 'instagram'],
    },
  },
  limits: [
    {
      bucket: 'app',
      title: 'Requests of the app',
      count: 200,
      perMs: 3_600_000,
      burst: 60,
      source: 'https://developers.facebook.com/docs/graph-api/overview/rate-limiting',
    },
    {
      bucket: 'page',
      title: 'Posts of the page',
      count: 60,
      perMs: 3_600_000,
      burst: 10,
      source: 'https://developers.facebook.com/docs/graph-api/overview/rate-limiting',
    },
    {
      bucket: 'instagram',
      title: 'Posts of the Instagram account in a day',
      count: 50,
      perMs: 86_400_000,
      source: 'https://developers.facebook.com/docs/instagram-platform/content-publishing',
    },
  ],
  serves: {},
  publishes: { facebook: 'facebook.post', instagram: 'instagram.post' },
  actions: { 'facebook.post': facebookPost, 'instagram.post': instagramPost, 'pages.list': listPages },
  pickers: {
    pages: {
      title: 'Pages',
      choices: async (call) =>
        (await readPages(call)).map((page) => ({
          value: page.id,
          label: page.name,
          ...(mayPost(page) ? {} : { disabled: 'you may not create content there' }),
        })),
    },
    instagramAccounts: {
      title: 'Instagram accounts',
      choices: async (call) =>
        (await readPages(call)).flatMap(({ name, instagram_business_account: account }) =>
          account ? [{ value: account.id, label: `@${account.username}`, hint: name }] : [],
        ),
    },
  },
  check: {
    call: 'GET /me',
    async run(call) {
      const account = await readMe(call)
      const { scopes } = call.credential
      const off = { why: 'Instagram is not asked for', fix: 'Switch it on under Setup and sign in again.' }
      const unavailable = call.settings.instagram ? {} : { unavailable: { 'instagram.post': off } }
      return { account, ...unavailable, ...(scopes ? { scopes } : {}) }
    },
  },
  signIn: oauthSignIn(terms, {
    scopes: pageScopes,
    redirectPath: '',
    paste: {
      redirectUri: 'https://www.facebook.com/connect/login_success.html',
      help: 'After signing in you see a page that says Success. Copy its whole address and paste it here.',
    },
  }),
  rejects,
  observe,
})
