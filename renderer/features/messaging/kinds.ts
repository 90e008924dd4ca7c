/** The kinds of message that can be composed now, through whom, and why the others cannot. Pure. */
import type { Connection } from '#shared/contract/connections'
import type { Provider } from '#shared/contract/providers'
import type { ServedKind } from '#shared/job-kinds'

/** One provider that serves a kind. */
export interface Way {
  provider: string
  name: string
  /** `doubtful`: the last call was refused or failed; a new one may succeed, so it is not forbidden. */
  state: 'open' | 'doubtful' | 'closed'
  /** Why it is not open, in a sentence; undefined when it is. */
  why?: string | undefined
  /** What would change that. */
  fix?: string | undefined
}

/** Kinds that are messages to people. */
type MessageKind = Exclude<ServedKind, 'FILE_UPLOAD'>

export interface ComposeKind {
  kind: MessageKind
  title: string
  /** JSON Schema of its input. */
  schema: Record<string, unknown>
  /** In the order they are tried. */
  ways: readonly Way[]
}

const titles: Readonly<Record<MessageKind, string>> = {
  EMAIL_SEND: 'E-mail',
  TEAMS_SEND: 'Teams',
  TELEGRAM_SEND: 'Telegram',
  SLACK_SEND: 'Slack',
}

/** States that tell of the last call, not of what the account may do. */
const doubtful: readonly Connection['state'][] = ['needs_attention', 'retrying']

/** Every kind of the catalogue with its ways; `order` is how the tenant ranks its providers. */
export function composeKinds(
  providers: readonly Provider[],
  connections: readonly Connection[],
  order: readonly string[],
): ComposeKind[] {
  return (Object.keys(titles) as MessageKind[]).flatMap((kind) => {
    const serving = providers.flatMap((provider) => {
      const action = provider.actions.find(({ id }) => provider.serves.some((one) => one.kind === kind && one.action === id))
      return action ? [{ provider, action }] : []
    })
    const first = serving[0]
    if (!first) return []
    const ways = serving.map(({ provider, action }) => wayOf(provider, action.id, connections))
    return [{ kind, title: titles[kind], schema: first.action.input, ways: ranked(ways, order) }]
  })
}

function wayOf({ id, name }: Provider, action: string, connections: readonly Connection[]): Way {
  const connection = connections.find(({ provider }) => provider === id)
  const way = { provider: id, name }
  if (!connection || connection.state === 'not_connected') return { ...way, state: 'closed', why: `${name} is not connected.` }
  const capability = connection.capabilities.find((one) => one.action === action)
  if (capability?.available) return { ...way, state: 'open' }
  const why = toSentence(connection.failure?.message ?? capability?.why ?? 'it cannot do this now')
  const state = doubtful.includes(connection.state) ? 'doubtful' : 'closed'
  return { ...way, state, why: `${name}: ${why}`, fix: capability?.fix }
}

function toSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function ranked(ways: readonly Way[], order: readonly string[]): Way[] {
  const rank = ({ provider }: Way) => (order.includes(provider) ? order.indexOf(provider) : order.length)
  return ways.toSorted((a, b) => rank(a) - rank(b))
}

/** Whether it may be ordered now: at least one way is not closed. */
export function canSend({ ways }: ComposeKind): boolean {
  return ways.some(({ state }) => state !== 'closed')
}

/** Whether a way is known to work. */
export function isOpen({ ways }: ComposeKind): boolean {
  return ways.some(({ state }) => state === 'open')
}

/** "Goes through Microsoft 365, else Resend." Says nothing of ways that are closed. */
export function waySentence({ ways }: ComposeKind): string {
  const usable = ways.filter(({ state }) => state !== 'closed').map(({ name }) => name)
  return usable.length === 0 ? '' : `Goes through ${usable.join(', else ')}.`
}

/** The provider whose pickers a form asks: the first open way, else the first. */
export function askedProvider({ ways }: ComposeKind): string {
  return (ways.find(({ state }) => state === 'open') ?? ways[0])?.provider ?? ''
}
