/** The kinds of message that can be composed now, and why the others cannot. Pure. */
import type { Connection } from '#shared/contract/connections'
import type { Provider } from '#shared/contract/providers'

export interface ComposeKind {
  kind: string
  title: string
  /** JSON Schema of its input. */
  schema: Record<string, unknown>
  provider: string
  /** Why it cannot be sent now; undefined when it can. */
  why: string | undefined
}

const titles: Readonly<Record<string, string>> = {
  EMAIL_SEND: 'E-mail',
  TEAMS_SEND: 'Teams',
  TELEGRAM_SEND: 'Telegram',
  SLACK_SEND: 'Slack',
}

export function composeKinds(providers: readonly Provider[], connections: readonly Connection[]): ComposeKind[] {
  const kinds = new Map<string, ComposeKind>()
  for (const provider of providers) {
    for (const { kind, action } of provider.serves) {
      const entry = provider.actions.find(({ id }) => id === action)
      const capability = connections
        .find((connection) => connection.provider === provider.id)
        ?.capabilities.find((one) => one.action === action)
      const why = capability?.available ? undefined : `${provider.name}: ${capability?.why ?? 'not connected'}`
      const known = kinds.get(kind)
      if (!entry || (known && known.why === undefined)) continue
      kinds.set(kind, { kind, title: titles[kind] ?? kind, schema: entry.input, provider: provider.id, why })
    }
  }
  return [...kinds.values()]
}
