/** The catalogue and the connections as one list of rows, grouped by category. Pure. */
import type { Connection } from '#shared/contract/connections'
import type { Provider } from '#shared/contract/providers'
import type { IntegrationsSearch } from './integrations-search.ts'

export interface IntegrationRow {
  provider: Provider
  /** Undefined while the connections have not come. */
  connection: Connection | undefined
}

export interface IntegrationGroup {
  category: Provider['category']
  title: string
  rows: IntegrationRow[]
}

const categories: ReadonlyArray<readonly [Provider['category'], string]> = [
  ['communication', 'Communication'],
  ['account', 'Accounts'],
  ['social', 'Social'],
  ['blog', 'Blogs'],
  ['payment', 'Payment'],
  ['data', 'Data'],
  ['ai', 'AI'],
]

/** Rows that fit the filter, by category in a fixed order; empty categories are left out. */
export function toGroups(
  providers: readonly Provider[],
  connections: readonly Connection[],
  filter: Pick<IntegrationsSearch, 'text' | 'status'>,
): IntegrationGroup[] {
  const byProvider = new Map(connections.map((connection) => [connection.provider, connection]))
  const rows = providers.map((provider) => ({ provider, connection: byProvider.get(provider.id) }))
  const fitting = rows.filter((row) => fits(row, filter))
  return categories
    .map(([category, title]) => ({ category, title, rows: fitting.filter(({ provider }) => provider.category === category) }))
    .filter((group) => group.rows.length > 0)
}

function fits({ provider, connection }: IntegrationRow, { text, status }: Pick<IntegrationsSearch, 'text' | 'status'>): boolean {
  if (status && (connection?.state ?? 'not_connected') !== status) return false
  if (!text) return true
  const haystack = [provider.name, provider.id, provider.summary, connection?.account?.name, connection?.account?.detail]
  return haystack.filter(Boolean).join(' ').toLowerCase().includes(text.toLowerCase())
}

/** How many connections stand in each state. */
export function countStates(connections: readonly Connection[]): Map<Connection['state'], number> {
  const counts = new Map<Connection['state'], number>()
  for (const { state } of connections) counts.set(state, (counts.get(state) ?? 0) + 1)
  return counts
}

/** What stops when a connection goes, in words. */
export function blastRadius({ usedBy }: Pick<Connection, 'usedBy'>): string {
  const parts: string[] = []
  if (usedBy.agents.length > 0)
    parts.push(
      usedBy.agents.length === 1 ? `agent ${usedBy.agents[0]}` : `${usedBy.agents.length} agents (${usedBy.agents.join(', ')})`,
    )
  if (usedBy.waitingJobs > 0) parts.push(usedBy.waitingJobs === 1 ? '1 waiting job' : `${usedBy.waitingJobs} waiting jobs`)
  return parts.join(' and ')
}
