/** The catalogue: what a provider is, projected from its manifest so that any screen can draw its forms. */
import { z } from 'zod'
import { Repeat } from '#shared/job'
import { JsonObject, ProviderId, pageOf, procedure } from './common.ts'

/** One action of a provider, as the catalogue tells it. `input` and `output` are JSON Schema. */
export const ActionEntry = z.object({
  id: z.string(),
  title: z.string(),
  /** What it does to the outside world, in one sentence. */
  effect: z.string(),
  repeat: Repeat,
  source: z.string(),
  input: JsonObject,
  output: JsonObject,
  /** Where a person looks whether a doubtful send went out. */
  lookup: z.string().optional(),
  /** Whether the account's recent posts can be searched for a doubtful send. */
  findable: z.boolean(),
  /** Whether a person does it, with our help. */
  byHand: z.boolean(),
})
/** One action of a provider. */
export type ActionEntry = z.infer<typeof ActionEntry>

/** One limit: `count` requests per `perMs` in the named bucket. */
export const LimitEntry = z.object({
  bucket: z.string(),
  title: z.string(),
  count: z.number(),
  perMs: z.number(),
  source: z.string(),
})

/** A provider in the catalogue. `credential` and `settings` are JSON Schema; secret fields carry `secret: true`, importable ones `env`. */
export const Provider = z.object({
  id: ProviderId,
  name: z.string(),
  category: z.enum(['communication', 'account', 'social', 'payment', 'data', 'ai', 'blog']),
  summary: z.string(),
  docs: z.string(),
  /** How an operator gets a credential, one step a line. */
  setup: z.array(z.string()),
  /** Facts an operator should know before relying on it. */
  notes: z.array(z.string()),
  credential: JsonObject,
  settings: JsonObject,
  /** Whether a person can sign in with a browser, and what for. */
  signIn: z
    .object({ title: z.string(), scopes: z.array(z.string()), redirect: z.string(), paste: z.string().nullable() })
    .nullable(),
  serves: z.array(z.object({ kind: z.string(), action: z.string() })),
  /** Platforms of `SOCIAL_POST` it publishes on. */
  publishes: z.array(z.object({ platform: z.string(), action: z.string() })),
  pickers: z.array(z.string()),
  receives: z.boolean(),
  actions: z.array(ActionEntry),
  limits: z.array(LimitEntry),
  verification: z.object({ required: z.boolean(), note: z.string() }),
})
/** A provider in the catalogue. */
export type Provider = z.infer<typeof Provider>

/** Procedures about the catalogue. */
export const providers = {
  list: procedure
    .route({
      method: 'GET',
      path: '/providers',
      summary: 'The catalogue: credential and settings fields, actions, limits, verification',
    })
    .input(z.strictObject({}).optional())
    .output(pageOf(Provider)),
}
