/** Reddit: submissions of one account, through the tenant's own app. */
import { defineProvider } from '../../kit/define.ts'
import { oauthSignIn, revokeAt } from '../../kit/oauth.ts'
import { createPost, listFlairs, readSubreddit } from './actions.ts'
import { observe, RedditCredential, RedditSettings, readMe, rejects, scopes, terms } from './client.ts'
import { readFlairs } from './subreddit.ts'

const dataApi = 'https://support.reddithelp.com/hc/en-us/articles/16160319875092-Reddit-Data-API-Wiki'

export const reddit = defineProvider({
  id: 'reddit',
  name: 'Reddit',
  category: 'social',
  summary: 'Submits texts and links to subreddits, after reading their rules.',
  docs: 'https://www.reddit.com/dev/api/',
  setup: [
    'Ask Reddit for access to its Data API (Responsible Builder Policy); apps made before November 2025 may still work',
    'Open https://www.reddit.com/prefs/apps and create an app: installed app (no secret) or web app (with secret)',
    'Redirect URI, exactly: http://127.0.0.1:41917/callback',
    'Copy the client ID, and the secret of a web app, to this form; then sign in under Access',
  ],
  notes: [
    'Since November 2025 Reddit approves each app before it may use the Data API; without approval requests are refused.',
    'Each subreddit has rules of its own. They are read before a post is submitted, and what they refuse never leaves.',
    'Pictures and videos are not sent: Reddit documents no way to upload them. Link to them instead.',
    'When an answer is lost and you order the post again, the account is searched first: a post that is there is not submitted twice.',
  ],
  endpoints: { api: 'https://oauth.reddit.com', auth: 'https://www.reddit.com' },
  credential: RedditCredential,
  settings: RedditSettings,
  verification: {
    required: false,
    note: 'Reddit approves each app for its Data API on request. Apps that were made before November 2025 may still work without.',
  },
  limits: [
    { bucket: 'client', title: 'Requests of the app', count: 100, perMs: 60_000, source: dataApi },
    { bucket: 'posts', title: 'Submissions of the account', count: 10, perMs: 600_000, burst: 2, source: dataApi },
  ],
  serves: {},
  publishes: { reddit: 'post.create' },
  actions: { 'post.create': createPost, 'subreddit.rules': readSubreddit, 'flairs.list': listFlairs },
  pickers: {
    flairs: {
      title: 'Flairs',
      choices: async (call, { subreddit = '' }) =>
        (await readFlairs(call, subreddit)).map(({ id, text }) => ({ value: id, label: text || 'Without text' })),
    },
  },
  check: {
    call: 'GET /api/v1/me',
    async run(call) {
      const { id, name } = await readMe(call)
      const { scopes: granted } = call.credential
      return { account: { id, name: `u/${name}` }, ...(granted ? { scopes: granted } : {}) }
    },
  },
  signIn: oauthSignIn(terms, { scopes, redirectPath: '/callback', ports: [41_917, 41_918, 41_919] }),
  revoke: (call) => revokeAt(call, terms, `${call.endpoint('auth')}/api/v1/revoke_token`),
  rejects,
  observe,
})
