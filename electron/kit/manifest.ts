/** Projects a provider to what the contract's catalogue tells of it: data and JSON Schema, no behaviour. */

import { z } from 'zod'
import type { ActionEntry, Provider as ProviderEntry } from '#shared/contract/providers'
import type { Action, AnyProvider, SignIn } from './define.ts'

/** JSON Schema of a zod schema, input side, with our field marks (`secret`, `env`, `picker`, …) kept. */
export function toJsonSchema(schema: z.ZodType): ActionEntry['input'] {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' }) as ActionEntry['input']
}

function toActionEntry([id, action]: [string, Action]): ActionEntry {
  return {
    id,
    title: action.title,
    effect: action.effect,
    repeat: action.repeat,
    source: action.source,
    input: toJsonSchema(action.input),
    output: toJsonSchema(action.output),
    ...(action.lookup ? { lookup: action.lookup } : {}),
    findable: action.find !== undefined,
    byHand: action.assist !== undefined,
  }
}

/** The address to register at the provider. Without fixed ports any port will do there. */
function redirectOf({ paste, ports, redirectHost, redirectPath }: SignIn<unknown, unknown>): string {
  if (paste) return paste.redirectUri
  const port = ports?.[0] === undefined ? '' : `:${ports[0]}`
  return `http://${redirectHost ?? '127.0.0.1'}${port}${redirectPath}`
}

/** The catalogue entry of a provider. */
export function toProviderEntry(provider: AnyProvider): ProviderEntry {
  const { id, name, category, summary, docs, setup, notes, verification } = provider
  const signIn = provider.signIn
  return {
    id,
    name,
    category,
    summary,
    docs,
    setup: [...setup],
    notes: [...notes],
    verification,
    credential: toJsonSchema(provider.credential),
    settings: toJsonSchema(provider.settings),
    signIn: signIn
      ? {
          title: signIn.title,
          scopes: [...signIn.scopes],
          redirect: redirectOf(signIn),
          paste: signIn.paste?.help ?? null,
        }
      : null,
    serves: Object.entries(provider.serves).map(([kind, action]) => ({ kind, action: action ?? '' })),
    pickers: Object.keys(provider.pickers ?? {}),
    receives: provider.receive !== undefined,
    publishes: Object.entries(provider.publishes ?? {}).map(([platform, action]) => ({ platform, action: action ?? '' })),
    actions: Object.entries(provider.actions).map(toActionEntry),
    limits: provider.limits.map(({ bucket, title, count, perMs, source }) => ({ bucket, title, count, perMs, source })),
  }
}

/** One field of a credential or settings schema, with its marks. */
export interface Field {
  name: string
  title: string
  secret: boolean
  env: string | undefined
}

/** The top-level fields of a credential or settings schema. */
export function fieldsOf(schema: z.ZodType): Field[] {
  const properties = (toJsonSchema(schema).properties ?? {}) as Record<string, { title?: string; secret?: boolean; env?: string }>
  return Object.entries(properties).map(([name, mark]) => ({
    name,
    title: mark.title ?? name,
    secret: mark.secret === true,
    env: mark.env,
  }))
}
