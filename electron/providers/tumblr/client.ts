/** The way to Tumblr: the tenant's own app, its sign-in, and what its refusals mean. */
import { z } from 'zod'
import { type Failure, type FailureKind, failed } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import type { Answer } from '../../kit/define.ts'
import { Endpoint } from '../../kit/endpoints.ts'
import { type OAuthTerms, type SignedRequest, signedDoor, tokenFields } from '../../kit/oauth.ts'

export const TumblrCredential = z.strictObject({
  clientId: z
    .string()
    .min(1)
    .max(200)
    .meta({ title: 'OAuth consumer key', env: 'TUMBLR_CLIENT_ID', help: 'At https://www.tumblr.com/oauth/apps.' }),
  clientSecret: z.string().min(1).max(400).optional().meta({
    title: 'Consumer secret',
    secret: true,
    env: 'TUMBLR_CLIENT_SECRET',
    help: 'At https://www.tumblr.com/oauth/apps.',
  }),
  ...tokenFields,
})
export type TumblrCredential = z.infer<typeof TumblrCredential>

export const TumblrSettings = z.strictObject({
  blog: z
    .string()
    .regex(/^[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*$/, 'must be the name of a blog')
    .max(200)
    .optional()
    .meta({ title: 'Blog', picker: 'blogs', help: 'Without it, the primary blog of the account.' }),
  endpoint: Endpoint.optional(),
})
export type TumblrSettings = z.infer<typeof TumblrSettings>

export type TumblrCall = Call<TumblrCredential, TumblrSettings>

export const scopes = ['basic', 'write', 'offline_access'] as const

/** Tumblr wants one that never changes. */
const userAgent = { 'user-agent': 'AtlasUX/1' }

const User = z.object({
  response: z.object({
    user: z.object({
      name: z.string().min(1),
      blogs: z.array(
        z.object({
          name: z.string(),
          title: z.string().default(''),
          primary: z.boolean().default(false),
          uuid: z.string().optional(),
        }),
      ),
    }),
  }),
})

export const terms: OAuthTerms<TumblrCredential, TumblrSettings> = {
  title: 'Sign in with Tumblr',
  scopes: () => scopes,
  client: ({ clientId, clientSecret }) => ({ id: clientId, secret: clientSecret }),
  authorizeUrl: (call) => `${call.endpoint('auth')}/oauth2/authorize`,
  tokenUrl: (call) => `${call.endpoint('api')}/v2/oauth2/token`,
  pkce: 'none',
  clientAuth: 'post',
  headers: () => userAgent,
  async account(call, token) {
    const headers = { ...userAgent, authorization: `Bearer ${token}` }
    const { response } = await call.json(User, { url: `${call.endpoint('api')}/v2/user/info`, headers }, 'ask')
    return { id: response.user.name, name: response.user.name }
  },
}

const door = signedDoor(terms, 'Tumblr')

/** Asks a path of API v2. */
export function ask<T extends z.ZodType>(
  call: TumblrCall,
  schema: T,
  request: Omit<SignedRequest, 'url'> & { path: string },
): Promise<z.output<T>> {
  const { path, ...rest } = request
  return door.json(call, schema, { ...rest, url: `${call.endpoint('api')}/v2${path}` })
}

/** Who is signed in, and the blogs they may post on. */
export async function readUser(call: TumblrCall) {
  return (await ask(call, User, { path: '/user/info' })).response.user
}

/** The blog that is meant: named in the post, else on the connection, else the primary one. */
export async function blogOf(call: TumblrCall, named: string | undefined): Promise<string> {
  const chosen = named ?? call.settings.blog
  if (chosen) return chosen
  const { blogs } = await readUser(call)
  const blog = blogs.find(({ primary }) => primary) ?? blogs[0]
  if (!blog) throw failed('forbidden', 'This Tumblr account has no blog to post on.')
  return blog.name
}

interface Refusal {
  kind: FailureKind
  told: string
}

const byCode: Readonly<Record<number, Refusal>> = {
  8001: { kind: 'rejected', told: 'Tumblr could not read the post.' },
  8004: { kind: 'quota', told: 'The pictures of the day are used up on Tumblr.' },
  8005: { kind: 'rejected', told: 'Tumblr does not take this format of picture or video.' },
  8010: { kind: 'rejected', told: 'Tumblr is still working on another video of this account. Post it when that one is there.' },
  8011: { kind: 'quota', told: 'The videos of the hour or day are used up on Tumblr.' },
  8022: { kind: 'quota', told: 'The queue of this blog is full. Let some of it go out first.' },
  8023: { kind: 'quota', told: 'The posts of the day are used up on Tumblr.' },
}

const ErrorBody = z.object({
  meta: z.object({ status: z.number(), msg: z.string().default('') }),
  errors: z.array(z.object({ title: z.string().default(''), code: z.number(), detail: z.string().optional() })).nullish(),
})

export function rejects({ status, body }: Answer): Failure | undefined {
  const parsed = ErrorBody.safeParse(body)
  if (status < 400 || !parsed.success) return undefined
  const first = parsed.data.errors?.[0]
  const known = first ? byCode[first.code] : undefined
  const says = first?.detail ?? first?.title ?? parsed.data.meta.msg
  if (known) return failed(known.kind, `${known.told} Tumblr says: ${says.slice(0, 300)}`, { code: String(first?.code) }).failure
  if (status === 403) {
    return failed('forbidden', `This account may not do that on this blog. Tumblr says: ${says.slice(0, 300)}`, { code: '403' })
      .failure
  }
  return undefined
}
