/** What agents cost this month, by agent, model and day; what is not known is counted apart. */

import { CostTab } from '../ai/cost-tab.tsx'
import type { AgentsSearch } from './agents-search.ts'

export function CostsTab({
  by,
  onBy,
}: {
  by: NonNullable<AgentsSearch['by']>
  onBy: (by: NonNullable<AgentsSearch['by']>) => void
}) {
  return <CostTab by={by} onBy={(next) => onBy(next as NonNullable<AgentsSearch['by']>)} among={['agent', 'model', 'day']} />
}
