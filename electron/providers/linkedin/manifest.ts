/** LinkedIn: posts of one member and of the pages they administer, through the tenant's own app. */
import { type CheckResult, defineProvider } from '../../kit/define.ts'
import { oauthSignIn } from '../../kit/oauth.ts'
import { createPost, listPages, readPages } from './actions.ts'
import { LinkedInCredential, LinkedInSettings, memberScopes, readMe, rejects, terms } from './client.ts'

export const linkedin = defineProvider({
  id: 'linkedin',
  name: 'LinkedIn',
  category: 'social',
  summary: 'Publishes posts with pictures, a video or a link, as a member or as a page.',
  docs: 'https://learn.microsoft.com/en-us/linkedin/',
  setup: [
    'Open https://www.linkedin.com/developers/apps and create an app for your company page',
    'Products: add Share on LinkedIn and Sign In with LinkedIn using OpenID Connect; for pages also the Community Management API',
    'Auth: add the redirect URL exactly: http://127.0.0.1:41917/callback (and 41918, 41919 as spares)',
    'Copy client ID and client secret to this form; then sign in under Access',
  ],
  notes: [
    'Most apps get no refresh token: the sign-in ends after 60 days and has to be made again. It is told a day before.',
    'LinkedIn ends each API version after about a year; the version is a setting of the connection.',
    'LinkedIn reads no page by itself: a link is shown with the title you give it.',
    'What a member posted cannot be read back, so a doubtful post has to be looked up by a person. Posts of a page can.',
  ],
  endpoints: { api: 'https://api.linkedin.com', auth: 'https://www.linkedin.com' },
  credential: LinkedInCredential,
  settings: LinkedInSettings,
  verification: {
    required: false,
    note: 'Posting as a member needs no review. Posting as a page needs the Community Management API, which LinkedIn grants on request.',
  },
  limits: [
    {
      bucket: 'member',
      title: 'Posts of the member in a day',
      count: 150,
      perMs: 86_400_000,
      source: 'https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/rate-limits',
    },
  ],
  serves: {},
  publishes: { linkedin: 'post.create' },
  actions: { 'post.create': createPost, 'pages.list': listPages },
  pickers: {
    pages: {
      title: 'Pages',
      choices: async (call) => (await readPages(call)).map(({ id, name }) => ({ value: id, label: name })),
    },
  },
  check: {
    call: 'GET /v2/userinfo',
    async run(call): Promise<CheckResult> {
      const account = await readMe(call)
      const { scopes } = call.credential
      const pages = call.settings.pages
        ? {}
        : {
            unavailable: {
              'pages.list': { why: 'pages are not asked for', fix: 'Switch on Post as a page under Setup and sign in again.' },
            },
          }
      return { account, ...pages, ...(scopes ? { scopes } : {}) }
    },
  },
  signIn: oauthSignIn(terms, { scopes: memberScopes, redirectPath: '/callback', ports: [41_917, 41_918, 41_919] }),
  rejects,
})
