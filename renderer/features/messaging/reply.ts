/** How a conversation is answered: which kind of message, and the address already filled in. Pure. */
import type { Conversation } from '#shared/contract/messaging'
import { type FormField, type FormValue, type JsonSchema, toFields } from '../../ui/schema-fields.ts'
import type { ComposeKind } from './kinds.ts'

export interface Reply {
  kind: ComposeKind
  value: FormValue
}

/**
 * The address of a conversation is what its kind's pickers choose, in their order, parted by slashes;
 * mail goes to the first address field. Undefined where no kind fits.
 */
export function replyTo(conversation: Conversation, kinds: readonly ComposeKind[]): Reply | undefined {
  for (const kind of kinds) {
    const fields = toFields(kind.schema as JsonSchema)
    const value =
      conversation.kind === 'email' ? mailAddress(kind, fields, conversation) : pickedAddress(kind, fields, conversation)
    if (value) return { kind, value }
  }
  return undefined
}

function pickedAddress(kind: ComposeKind, fields: readonly FormField[], conversation: Conversation): FormValue | undefined {
  const pickers = fields.filter(({ picker }) => picker !== undefined)
  const parts = conversation.externalId.split('/')
  const serves = kind.ways.some(({ provider }) => provider === conversation.provider)
  if (!serves || pickers.length === 0 || pickers.length !== parts.length) return undefined
  return Object.fromEntries(pickers.map(({ name }, at) => [name, parts[at]]))
}

function mailAddress(kind: ComposeKind, fields: readonly FormField[], conversation: Conversation): FormValue | undefined {
  const { properties = {} } = kind.schema as JsonSchema
  const to = fields.find(({ name, required }) => required && takesAddress(properties[name]))
  return to ? { [to.name]: conversation.externalId.split(', ') } : undefined
}

function takesAddress(schema: JsonSchema | undefined): boolean {
  return [schema, ...(schema?.anyOf ?? [])].some((one) => one?.format === 'email')
}
