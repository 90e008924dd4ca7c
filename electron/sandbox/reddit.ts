/** Reddit's stand-in: subreddits with rules, submissions that are refused with HTTP 200 and a code. */
import type { Sandbox, SandboxContext, SandboxRequest, SandboxResponse } from './define.ts'
import { createOAuthStandIn } from './oauth.ts'

const demoToken = 'reddit_demo_access_9Kd1_stand_in_only'
const oauth = createOAuthStandIn({
  provider: 'Reddit',
  clientId: 'demo-reddit-client',
  clientSecret: 'demo-reddit-secret-stand-in',
  demoToken,
  people: [
    { id: 'demo01', name: 'atlas_demo' },
    { id: 'demo02', name: 'second_demo' },
  ],
  scopes: ['identity', 'submit', 'read', 'flair', 'history'],
  lastsSeconds: 3_600,
  refresh: 'static',
  pkce: 'none',
})

type Fields = Record<string, string>

/** Subreddits of the stand-in: one open to all, one that wants a flair, one that takes links alone. */
const subreddits: Readonly<Record<string, { type: 'any' | 'link' | 'self'; flair: boolean; least: number }>> = {
  test: { type: 'any', flair: false, least: 1 },
  smallbusiness: { type: 'self', flair: true, least: 10 },
  links: { type: 'link', flair: false, least: 1 },
}

function refused(code: string, told: string, field = 'sr'): SandboxResponse {
  return { status: 200, body: { json: { errors: [[code, told, field]] } } }
}

const plainError = (status: number, message: string): SandboxResponse => ({ status, body: { message, error: status } })

interface Item {
  id: string
  title: string
  subreddit: string
  permalink: string
  created_utc: number
}

function faultOf(form: Fields, context: SandboxContext): SandboxResponse | undefined {
  const rules = subreddits[form.sr?.toLowerCase() ?? '']
  if (!rules) return refused('SUBREDDIT_NOEXIST', "that subreddit doesn't exist")
  if (!form.title) return refused('NO_TEXT', 'we need something here', 'title')
  if (form.title.length > 300) return refused('TOO_LONG', 'this is too long (max: 300)', 'title')
  if (form.kind === 'self' && rules.type === 'link') return refused('NO_SELFS', 'this community does not allow text posts')
  if (form.kind === 'link' && rules.type === 'self') return refused('NO_LINKS', 'this community does not allow links')
  if (rules.flair && !form.flair_id)
    return refused('SUBMIT_VALIDATION_FLAIR_REQUIRED', 'Your post must contain post flair.', 'flair')
  if (form.kind === 'link' && form.resubmit !== 'true' && context.recall(`link ${form.sr} ${form.url}`)) {
    return refused('ALREADY_SUB', 'that link has already been submitted', 'url')
  }
  return undefined
}

function submit(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const form = request.body as Fields
  if (form.api_type !== 'json') return plainError(400, 'api_type must be json')
  const fault = faultOf(form, context)
  if (fault) return fault
  const number = context.deliver({ title: form.title ?? '', to: `r/${form.sr}`, text: form.text ?? form.url ?? '' }, request)
  const id = `dm${number.toString(36)}`
  if (form.url) context.keep(`link ${form.sr} ${form.url}`, { status: 200 })
  const permalink = `/r/${form.sr}/comments/${id}/`
  const made: Item = {
    id,
    title: form.title ?? '',
    subreddit: form.sr ?? '',
    permalink,
    created_utc: Math.floor(context.now() / 1_000),
  }
  const before = (context.recall('submitted')?.body as Item[] | undefined) ?? []
  context.keep('submitted', { status: 200, body: [made, ...before].slice(0, 25) })
  return {
    status: 200,
    body: { json: { errors: [], data: { id, name: `t3_${id}`, url: `https://www.reddit.com${permalink}` } } },
  }
}

function about(name: string): SandboxResponse {
  const rules = subreddits[name.toLowerCase()]
  if (!rules) return plainError(404, 'Not Found')
  const data = { display_name: name, submission_type: rules.type, user_is_banned: false, subreddit_type: 'public' }
  return { status: 200, body: { kind: 't5', data } }
}

function requirements(name: string): SandboxResponse {
  const rules = subreddits[name.toLowerCase()]
  if (!rules) return plainError(404, 'Not Found')
  const body = {
    title_text_min_length: rules.least,
    title_text_max_length: 300,
    title_required_strings: [],
    body_restriction_policy: 'none',
    is_flair_required: rules.flair,
    domain_blacklist: [],
    guidelines_text: rules.flair ? 'Be kind. Choose a flair.' : null,
  }
  return { status: 200, body }
}

const flairs = [
  { id: '0f5e0000-0000-11e8-0000-00000000f1a1', text: 'Question', type: 'text' },
  { id: '0f5e0000-0000-11e8-0000-00000000f1a2', text: 'News', type: 'text' },
]

function api(request: SandboxRequest, context: SandboxContext): SandboxResponse {
  const person = oauth.bearer(request, context)
  if (!person) return plainError(401, 'Unauthorized')
  if (!request.headers.get('user-agent')?.startsWith('desktop:')) return plainError(429, 'Too Many Requests')
  const { path } = request
  if (path === '/api/v1/me') return { status: 200, body: { id: person.id, name: person.name } }
  if (path === '/api/submit') return submit(request, context)
  if (path === `/user/${person.name}/submitted`) {
    const items = (context.recall('submitted')?.body as Item[] | undefined) ?? []
    return { status: 200, body: { kind: 'Listing', data: { children: items.map((data) => ({ kind: 't3', data })) } } }
  }
  const [, named, what] = /^\/r\/([^/]+)\/(about|api\/link_flair_v2)$/.exec(path) ?? []
  if (named && what === 'about') return about(named)
  if (named) return subreddits[named.toLowerCase()]?.flair ? { status: 200, body: flairs } : { status: 200, body: [] }
  const [, ruled] = /^\/api\/v1\/([^/]+)\/post_requirements$/.exec(path) ?? []
  return ruled ? requirements(ruled) : plainError(404, 'Not Found')
}

const submits = ({ method, path }: SandboxRequest) => method === 'POST' && path === '/api/submit'

export const redditSandbox: Sandbox = {
  provider: 'reddit',
  demoCredential: { clientId: 'demo-reddit-client', clientSecret: 'demo-reddit-secret-stand-in', accessToken: demoToken },
  demoSettings: { username: 'atlas_demo' },
  errorBody: (status, reason) => ({ body: { message: reason, error: status } }),
  hasEffect: submits,
  handle(request, context) {
    if (request.path === '/api/v1/authorize') return oauth.authorize(request)
    if (request.path === '/api/v1/access_token') return oauth.token(request, context)
    if (request.path === '/api/v1/revoke_token') return oauth.revoke(request, context)
    return api(request, context)
  },
  faults: [
    {
      id: 'wait_nine_minutes',
      title: 'The account posts too often',
      effect: 'Every submission is refused with RATELIMIT and a time in words.',
      answer: (request) =>
        submits(request)
          ? refused(
              'RATELIMIT',
              'Looks like you have been doing that a lot. Take a break for 9 minutes before trying again.',
              'ratelimit',
            )
          : undefined,
    },
    {
      id: 'not_allowed',
      title: 'The account may not post there',
      effect: 'Every submission is refused with SUBREDDIT_NOTALLOWED.',
      answer: (request) => (submits(request) ? refused('SUBREDDIT_NOTALLOWED', "you aren't allowed to post there.") : undefined),
    },
  ],
}
