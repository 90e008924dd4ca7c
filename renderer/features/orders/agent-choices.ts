/** Agents as choices of a field: their name with what they are for. */
import { useQuery } from '@tanstack/react-query'
import type { Agent } from '#shared/contract/agents'
import { api } from '../../query.ts'

export function choicesOf(agents: readonly Agent[]) {
  return agents.map(({ id, name, role }) => ({ value: id, label: `${name} · ${role}` }))
}

/** None until the roster has come. */
export function useAgentChoices() {
  const agents = useQuery(api.agents.list.queryOptions({ input: {} }))
  return choicesOf(agents.data?.items ?? [])
}
