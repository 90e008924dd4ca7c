/** Threads: posts of one profile, through the tenant's own app at Meta. */
import { defineProvider } from '../../kit/define.ts'
import { oauthSignIn } from '../../kit/oauth.ts'
import { createPost, readLimit } from './actions.ts'
import { defaultRedirect, readMe, rejects, scopes, ThreadsCredential, ThreadsSettings, terms } from './client.ts'

const portal = 'https://developers.facebook.com/apps/'

export const threads = defineProvider({
  id: 'threads',
  name: 'Threads',
  category: 'social',
  summary: 'Publishes posts with pictures and videos on a Threads profile.',
  docs: 'https://developers.facebook.com/docs/threads',
  setup: [
    'Open https://developers.facebook.com/apps/ and create an app with the use case Access the Threads API',
    'Permissions: threads_basic and threads_content_publish',
    'Settings: add an https page of yours as redirect callback URL, and the same here; Meta takes no address on this machine',
    'Copy Threads app ID and secret to this form; then sign in under Access and paste the address you were sent to',
  ],
  notes: [
    'Threads fetches pictures and videos itself: a local file is lent to it from the tenant’s storage for an hour.',
    'Threads takes 250 posts of a profile in 24 hours. It is asked before each post.',
    'A sign-in lasts 60 days and is renewed ten days before its end.',
  ],
  endpoints: { graph: 'https://graph.threads.net', auth: 'https://threads.net' },
  credential: ThreadsCredential,
  settings: ThreadsSettings,
  verification: {
    required: true,
    note: 'Meta reviews the app before anybody without a role in it can sign in.',
    review: {
      stage: 'submitted',
      console: portal,
      checklist: [
        {
          id: 'business',
          title: 'Business verification of the company',
          href: 'https://developers.facebook.com/docs/development/release/business-verification',
        },
        { id: 'video', title: 'A screen recording of signing in and posting' },
        { id: 'privacy', title: 'The address of the privacy policy' },
        {
          id: 'permissions',
          title: 'App Review of threads_basic and threads_content_publish',
          href: 'https://developers.facebook.com/docs/app-review',
        },
      ],
      meanwhile: 'Profiles with a role in your app can be signed in. Posts wait, or you post them by hand.',
      parks: ['threads'],
    },
  },
  limits: [
    {
      bucket: 'daily',
      title: 'Posts of the profile in a day',
      count: 250,
      perMs: 86_400_000,
      source: 'https://developers.facebook.com/docs/threads/overview',
    },
  ],
  serves: {},
  publishes: { threads: 'post.create' },
  actions: { 'post.create': createPost, 'limit.get': readLimit },
  check: {
    call: 'GET /v1.0/me',
    async run(call) {
      const { id, username } = await readMe(call)
      const { scopes: granted } = call.credential
      return { account: { id, name: `@${username}` }, ...(granted ? { scopes: granted } : {}) }
    },
  },
  signIn: oauthSignIn(terms, {
    scopes,
    redirectPath: '',
    paste: {
      redirectUri: defaultRedirect,
      help: 'After signing in, copy the whole address of the page you were sent to and paste it here.',
      redirectUriFor: ({ redirectUri }) => redirectUri,
    },
  }),
  rejects,
})
