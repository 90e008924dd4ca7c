/** WordPress: articles on the tenant's own site, over its REST API. */
import { z } from 'zod'
import { spans } from '#shared/time'
import { type CheckResult, defineProvider } from '../../kit/define.ts'
import { createPost } from './actions.ts'
import { enter, noSite, type WordPressCall, WordPressCredential, WordPressSettings } from './client.ts'
import { rejects } from './refusals.ts'

const Me = z.object({
  id: z.int(),
  name: z.string(),
  slug: z.string().optional(),
  capabilities: z.record(z.string(), z.unknown()).optional(),
})

async function check(call: WordPressCall): Promise<CheckResult> {
  const { answer } = await enter(call, Me, { route: '/wp/v2/users/me', query: { context: 'edit' } })
  const { id, name, slug = '', capabilities = {} } = answer
  const host = new URL(call.settings.site ?? call.endpoint()).host
  const may = (what: string) => capabilities[what] === true
  const detail = may('publish_posts') ? host : `${host}; may write drafts, not publish`
  const account = { id: `${host}#${id}`, name: name || slug || `User ${id}`, detail }
  if (may('edit_posts')) return { account }
  const why = 'this WordPress user may not write articles'
  const fix = 'Give the user the role Author or Editor in WordPress under Users.'
  return { account, unavailable: { 'post.create': { why, fix } } }
}

export const wordpress = defineProvider({
  id: 'wordpress',
  name: 'WordPress',
  category: 'blog',
  summary: 'Publishes articles with picture and tags on your own WordPress site.',
  docs: 'https://developer.wordpress.org/rest-api/',
  setup: [
    'Sign in to your site as a user who may publish (Author or Editor) and open Users → Profile',
    'Under Application Passwords type a name such as Atlas and choose Add New Application Password',
    'Paste the user name and that password here, and set the address of the site',
  ],
  notes: [
    'It needs WordPress 5.6 or newer under https. Application passwords are not the password you sign in with, and can be revoked one by one.',
    'Sites on WordPress.com have another API, which is not spoken here; a site of one’s own with Jetpack works.',
    'WordPress knows no idempotency key. An article without a slug gets one with a mark of its job, and that is looked for before it is sent again.',
    'The text is taken as HTML. A user without the capability unfiltered_html has scripts and iframes removed by WordPress.',
    'A scheduled article appears when somebody visits the site after its time, unless the host runs wp-cron.',
  ],
  endpoints: { site: noSite },
  basesFrom: ({ site }): Record<string, string> => (site === undefined ? {} : { site }),
  credential: WordPressCredential,
  settings: WordPressSettings,
  verification: { required: false, note: 'The site is yours; nobody has to approve.' },
  limits: [
    {
      bucket: 'site',
      title: 'Articles on the site (our own limit)',
      count: 30,
      perMs: spans.minute,
      burst: 5,
      source: 'https://developer.wordpress.org/rest-api/',
    },
  ],
  serves: {},
  publishes: { blog: 'post.create' },
  actions: { 'post.create': createPost },
  check: { call: 'GET /wp/v2/users/me', run: check },
  rejects,
})
