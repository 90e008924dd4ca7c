/** Platforms that can be published on, through whom, and what keeps a post from going out now. Pure. */
import type { Connection } from '#shared/contract/connections'
import type { Provider } from '#shared/contract/providers'
import { platformIds, platforms } from '#shared/social/platforms'
import type { PlatformId } from '#shared/social/post'

/** What becomes of a post that is ordered now. */
export type Standing = 'goes_out' | 'doubtful' | 'by_hand' | 'in_review' | 'waits'

export interface PlatformWay {
  platform: PlatformId
  name: string
  agent: string
  /** Whose form and pickers are used. */
  provider: Provider
  /** JSON Schema of the post. */
  schema: Record<string, unknown>
  standing: Standing
  /** What stands in the way, in a sentence. */
  why?: string | undefined
}

const doubtful: readonly Connection['state'][] = ['needs_attention', 'retrying']

function standingOf(provider: Provider, action: Provider['actions'][number], connection: Connection | undefined) {
  if (action.byHand)
    return { standing: 'by_hand' as const, why: `${provider.name} has no API: you post it yourself, with text and page at hand.` }
  if (!connection?.credential.set) {
    return { standing: 'waits' as const, why: `${provider.name} is not connected. The post waits until it is.` }
  }
  const capability = connection.capabilities.find((one) => one.action === action.id)
  if (capability?.available) return { standing: 'goes_out' as const }
  const why = connection.failure?.message ?? [capability?.why, capability?.fix].filter(Boolean).join('. ')
  if (connection.state === 'pending_verification') return { standing: 'in_review' as const, why }
  return { standing: doubtful.includes(connection.state) ? ('doubtful' as const) : ('waits' as const), why }
}

const rank: Readonly<Record<Standing, number>> = { goes_out: 0, doubtful: 1, by_hand: 2, in_review: 3, waits: 4 }

/** One way a platform, the best where several providers publish on it, in the order of the table. */
export function platformWays(providers: readonly Provider[], connections: readonly Connection[]): PlatformWay[] {
  return platformIds.flatMap((platform) => {
    const ways = providers.flatMap((provider): PlatformWay[] => {
      const id = provider.publishes.find((one) => one.platform === platform)?.action
      const action = provider.actions.find((one) => one.id === id)
      if (!action) return []
      const connection = connections.find((one) => one.provider === provider.id)
      const { name, agent } = platforms[platform]
      return [{ platform, name, agent, provider, schema: action.input, ...standingOf(provider, action, connection) }]
    })
    const best = ways.toSorted((a, b) => rank[a.standing] - rank[b.standing])[0]
    return best ? [best] : []
  })
}

/** The words on the button: what will happen, not what is hoped for. */
export function orderWords(standing: Standing, scheduled: boolean): string {
  if (standing === 'by_hand') return 'Put on my list'
  if (standing === 'in_review' || standing === 'waits') return 'Queue post'
  return scheduled ? 'Schedule post' : 'Publish post'
}

/** The schema without the field that the chosen platform fills. */
export function withoutPlatform(schema: Record<string, unknown>): Record<string, unknown> {
  const { platform: _platform, ...properties } = (schema.properties ?? {}) as Record<string, unknown>
  const required = ((schema.required ?? []) as string[]).filter((name) => name !== 'platform')
  return { ...schema, properties, required }
}
