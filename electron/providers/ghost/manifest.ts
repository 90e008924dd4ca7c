/** Ghost: articles on the tenant's own publication, over its Admin API. */
import { z } from 'zod'
import { spans } from '#shared/time'
import { type CheckResult, defineProvider } from '../../kit/define.ts'
import { createPost } from './actions.ts'
import { askGhost, type GhostCall, GhostCredential, GhostSettings, noSite } from './client.ts'
import { rejects } from './refusals.ts'

const Site = z.object({ site: z.object({ title: z.string(), url: z.string(), version: z.string().optional() }) })
const Posts = z.object({ posts: z.array(z.object({ id: z.string() })) })

/** The site tells its name to anybody; only the list of posts proves the key. */
async function check(call: GhostCall): Promise<CheckResult> {
  const { site } = await askGhost(call, Site, { path: 'site/' })
  await askGhost(call, Posts, { path: 'posts/', query: { limit: '1', fields: 'id' } })
  const detail = site.version === undefined ? {} : { detail: `Ghost ${site.version}` }
  return { account: { id: site.url, name: site.title || new URL(site.url).host, ...detail } }
}

export const ghost = defineProvider({
  id: 'ghost',
  name: 'Ghost',
  category: 'blog',
  summary: 'Publishes articles with picture and tags on your own Ghost publication.',
  docs: 'https://ghost.org/docs/admin-api/',
  setup: [
    'Open Settings → Integrations in Ghost Admin and choose Add custom integration',
    'Copy its Admin API key to this form, and its API URL to the setting API address',
  ],
  notes: [
    'Ghost turns HTML into its own format and drops what it does not know. Set HTML of the text to “keep” to have it stand as it is.',
    'Publishing here puts an article on the site only; no newsletter is sent.',
    'Ghost knows no idempotency key. An article without a slug gets one with a mark of its job, and that is looked for before it is sent again.',
    'The key is turned into tokens of four minutes: a clock that is wrong by minutes makes Ghost refuse them.',
    'An excerpt may be 300 characters long.',
  ],
  endpoints: { site: noSite },
  basesFrom: ({ site }): Record<string, string> => (site === undefined ? {} : { site }),
  credential: GhostCredential,
  settings: GhostSettings,
  verification: {
    required: false,
    note: 'The site is yours; nobody has to approve. Ghost(Pro) Starter has no custom integrations.',
  },
  limits: [
    {
      bucket: 'site',
      title: 'Articles on the site (our own limit)',
      count: 30,
      perMs: spans.minute,
      burst: 5,
      source: 'https://ghost.org/docs/admin-api/',
    },
  ],
  serves: {},
  publishes: { blog: 'post.create' },
  actions: { 'post.create': createPost },
  check: { call: 'GET /ghost/api/admin/posts/', run: check },
  rejects,
})
