/** What LinkedIn does: posts of the member who signed in, or of a page they administer. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import { LinkedInPost } from '#shared/social/post'
import { defineAction, type Found } from '../../kit/define.ts'
import { openPost } from '../../kit/publish.ts'
import { ask, type LinkedInCall, readMe, send } from './client.ts'
import { toLittleText } from './little-text.ts'
import { settle, type Upload, upload } from './media.ts'

const lookup = 'Look at the recent activity of the member or page on LinkedIn.'
const urlOf = (urn: string) => `https://www.linkedin.com/feed/update/${urn}`

interface Progress {
  author: string
  media: Upload[]
}

async function authorOf(call: LinkedInCall, { organizationId }: LinkedInPost): Promise<string> {
  return organizationId ? `urn:li:organization:${organizationId}` : `urn:li:person:${(await readMe(call)).id}`
}

function contentOf({ link, media = [] }: LinkedInPost, uploads: readonly Upload[]) {
  const [first] = uploads
  if (uploads.length > 1) {
    const images = uploads.map(({ urn }, at) => ({ id: urn, altText: media[at]?.alt ?? '' }))
    return { content: { multiImage: { images } } }
  }
  if (first) {
    const alt = media[0]?.alt
    return { content: { media: { id: first.urn, ...(alt ? { altText: alt } : {}) } } }
  }
  if (!link) return {}
  const { url: source, title, description } = link
  return { content: { article: { source, title, ...(description ? { description } : {}) } } }
}

function toBody(input: LinkedInPost, { author, media }: Progress) {
  return {
    author,
    commentary: toLittleText(input.text),
    visibility: input.visibility,
    distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
    ...contentOf(input, media),
    lifecycleState: 'PUBLISHED',
    isReshareDisabledByAuthor: false,
  }
}

async function prepare(call: LinkedInCall, input: LinkedInPost): Promise<Progress> {
  const files = await openPost(call, input)
  let state = (call.progress as Progress | undefined) ?? { author: await authorOf(call, input), media: [] }
  for (const file of files.slice(state.media.length)) {
    state = { ...state, media: [...state.media, await upload(call, file, state.author)] }
    await call.remember(state)
  }
  for (const medium of state.media) await settle(call, medium)
  return state
}

const Posts = z.object({
  elements: z.array(z.object({ id: z.string(), commentary: z.string().default(''), createdAt: z.number().default(0) })),
})

export const createPost = defineAction({
  title: 'Publish a post',
  effect: 'Publishes a post on LinkedIn, as the member who signed in or as a page.',
  source: 'https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api',
  repeat: 'unsafe',
  input: LinkedInPost,
  output: z.strictObject({ id: z.string(), url: z.string() }),
  lookup,
  scopes: ['w_member_social'],
  buckets: () => ['member'],
  subject: ({ text }) => `LinkedIn: ${text}`.slice(0, 120),
  async run(input, call: LinkedInCall) {
    const state = await prepare(call, input)
    const response = await send(call, { path: '/rest/posts', json: toBody(input, state), how: 'fetch' })
    const id = response.headers.get('x-restli-id')
    if (!id) throw failed('unexpected', 'LinkedIn took the post but did not say under which id.')
    return { id, url: urlOf(id) }
  },
  async find(input, call: LinkedInCall, since): Promise<Found[]> {
    if (!input.organizationId) {
      throw failed('unsupported', 'LinkedIn lets no app read the posts of a member. Look at the recent activity of the member.')
    }
    const author = encodeURIComponent(`urn:li:organization:${input.organizationId}`)
    const path = `/rest/posts?author=${author}&q=author&count=20&sortBy=CREATED`
    const { elements } = await ask(call, Posts, { path, headers: { 'x-restli-method': 'FINDER' } })
    return elements
      .filter(({ createdAt }) => createdAt >= since)
      .map(({ id, commentary, createdAt }) => ({ id, url: urlOf(id), text: commentary, at: createdAt }))
  },
})

const Acls = z.object({ elements: z.array(z.object({ organization: z.string(), role: z.string(), state: z.string() })) })
const Organization = z.object({ localizedName: z.string() })

/** Pages that the member who signed in administers. */
export async function readPages(call: LinkedInCall): Promise<{ id: string; name: string }[]> {
  const path = '/rest/organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED'
  const { elements } = await ask(call, Acls, { path })
  const ids = elements.map(({ organization }) => organization.split(':').at(-1) ?? '')
  return Promise.all(
    ids.map(async (id) => ({ id, name: (await ask(call, Organization, { path: `/rest/organizations/${id}` })).localizedName })),
  )
}

export const listPages = defineAction({
  title: 'List pages',
  effect: 'Reads the pages that the member who signed in administers.',
  source:
    'https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-access-control-by-role',
  repeat: 'safe',
  input: z.strictObject({}),
  output: z.strictObject({ pages: z.array(z.strictObject({ id: z.string(), name: z.string() })) }),
  scopes: ['rw_organization_admin'],
  subject: () => 'Pages on LinkedIn',
  run: async (_input, call: LinkedInCall) => ({ pages: await readPages(call) }),
})
