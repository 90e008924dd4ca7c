/** Tumblr: posts on the blogs of one account, through the tenant's own app. */
import { defineProvider } from '../../kit/define.ts'
import { oauthSignIn } from '../../kit/oauth.ts'
import { createPost, listBlogs } from './actions.ts'
import { readUser, rejects, scopes, TumblrCredential, TumblrSettings, terms } from './client.ts'

const limits = 'https://www.tumblr.com/docs/en/api/v2'

export const tumblr = defineProvider({
  id: 'tumblr',
  name: 'Tumblr',
  category: 'social',
  summary: 'Publishes posts with pictures and videos on a blog, at once or by way of its queue.',
  docs: 'https://www.tumblr.com/docs/en/api/v2',
  setup: [
    'Open https://www.tumblr.com/oauth/apps and register an application',
    'OAuth2 redirect URL, exactly: http://127.0.0.1:41917/callback (and 41918, 41919 as spares)',
    'Copy the consumer key and secret to this form; then sign in under Access',
    'Choose the blog under Setup, or leave it empty for the primary blog',
  ],
  notes: [
    'A post with a video counts as published once Tumblr has transcoded it.',
    'Tumblr takes 250 posts of an account in a day, its queue included.',
  ],
  endpoints: { api: 'https://api.tumblr.com', auth: 'https://www.tumblr.com' },
  credential: TumblrCredential,
  settings: TumblrSettings,
  verification: { required: false, note: 'Tumblr reviews no app before it may post.' },
  limits: [
    { bucket: 'app', title: 'Requests of the app', count: 300, perMs: 60_000, source: limits },
    { bucket: 'daily', title: 'Posts of the account in a day', count: 250, perMs: 86_400_000, source: limits },
  ],
  serves: {},
  publishes: { tumblr: 'post.create' },
  actions: { 'post.create': createPost, 'blogs.list': listBlogs },
  pickers: {
    blogs: {
      title: 'Blogs',
      choices: async (call) =>
        (await readUser(call)).blogs.map(({ name, title, primary }) => ({
          value: name,
          label: name,
          ...(title ? { hint: primary ? `${title}, primary` : title } : {}),
        })),
    },
  },
  check: {
    call: 'GET /v2/user/info',
    async run(call) {
      const { name, blogs } = await readUser(call)
      const { scopes: granted } = call.credential
      const detail = `${blogs.length} ${blogs.length === 1 ? 'blog' : 'blogs'}`
      return { account: { id: name, name, detail }, ...(granted ? { scopes: granted } : {}) }
    },
  },
  signIn: oauthSignIn(terms, { scopes, redirectPath: '/callback', ports: [41_917, 41_918, 41_919] }),
  rejects,
})
