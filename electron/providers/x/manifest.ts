/** X: posts and threads of one account, through the tenant's own app. */
import { defineProvider } from '../../kit/define.ts'
import { oauthSignIn, revokeAt } from '../../kit/oauth.ts'
import { createPost, deletePost, recentPosts } from './actions.ts'
import { observe, readMe, rejects, scopes, terms, XCredential, XSettings } from './client.ts'

const rates = 'https://docs.x.com/x-api/fundamentals/rate-limits'

export const x = defineProvider({
  id: 'x',
  name: 'X',
  category: 'social',
  summary: 'Publishes posts and threads with pictures and videos on one X account.',
  docs: 'https://docs.x.com/x-api',
  setup: [
    'Open https://developer.x.com/en/portal/dashboard and create a project with an app',
    'User authentication settings: Read and write; type Native App (no secret) or Web App (with secret)',
    'Callback URI, exactly: http://127.0.0.1:41917/callback (and the same with 41918 and 41919 as spares)',
    'Copy the OAuth 2.0 client ID, and the client secret of a Web App, to this form; then sign in under Access',
  ],
  notes: [
    'X charges for each post: $0.015, or $0.20 when it holds a link (as of 2026-08-22). The price is shown before a post is sent.',
    'Self-serve apps may answer only people who mentioned or quoted the account, and use one cashtag a post.',
    'X has no key against double posts: a post without an answer is never repeated by itself.',
    'A sign-in lasts while it is renewed; every renewal replaces the refresh token.',
  ],
  endpoints: { api: 'https://api.x.com', auth: 'https://x.com' },
  credential: XCredential,
  settings: XSettings,
  verification: { required: false, note: 'X reviews no app before it may post; it charges by use.' },
  limits: [
    { bucket: 'posts', title: 'Posts of the account', count: 100, perMs: 900_000, source: rates },
    { bucket: 'daily', title: 'Posts of the app in a day', count: 10_000, perMs: 86_400_000, source: rates },
    { bucket: 'deletes', title: 'Deletions of the account', count: 50, perMs: 900_000, source: rates },
    { bucket: 'media', title: 'Uploads of the account', count: 500, perMs: 900_000, source: rates },
  ],
  serves: {},
  publishes: { x: 'post.create' },
  actions: { 'post.create': createPost, 'posts.recent': recentPosts, 'post.delete': deletePost },
  check: {
    call: 'GET /2/users/me',
    async run(call) {
      const { id, name, username } = await readMe(call)
      const { scopes: granted } = call.credential
      return { account: { id, name: `@${username}`, detail: name }, ...(granted ? { scopes: granted } : {}) }
    },
  },
  signIn: oauthSignIn(terms, { scopes, redirectPath: '/callback', ports: [41_917, 41_918, 41_919] }),
  revoke: (call) => revokeAt(call, terms, `${call.endpoint('api')}/2/oauth2/revoke`),
  rejects,
  observe,
})
