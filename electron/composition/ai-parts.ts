/** The router of models and its books. */
import { createAi } from '../engine/ai/ai.ts'
import { createAsk } from '../engine/ai/ask.ts'
import { createCalls } from '../engine/ai/calls.ts'
import { createCircuits } from '../engine/ai/circuit.ts'
import { createPolicies, type Policies } from '../engine/ai/policies.ts'
import { createSpending } from '../engine/ai/spending.ts'
import { createStanding } from '../engine/ai/standing.ts'
import { createUsage } from '../engine/ai/usage.ts'
import { catalog } from '../providers/catalog.ts'
import type { Foundation } from './foundation.ts'
import type { Reach } from './reach.ts'
import type { World } from './world.ts'

export type AiParts = ReturnType<typeof createAiParts>

/** A call that has not ended after this long was left behind by a process that ended: 30 minutes. */
const abandonedMs = 1_800_000

export function createAiParts(world: World, foundation: Foundation, reach: Reach) {
  const { database, audit, announcements } = foundation
  const { connections, buckets, notices, proofs, caller, agents, budgets } = reach
  const { now, monotonic } = world
  const circuits = createCircuits(now)
  const usage = createUsage(database)
  // Each needs the other: a budget is part of the policy, and a changed policy is told of anew.
  const budgetOf = (tenantId: string): number | null => policies.get(tenantId).monthlyBudgetMicroDollars
  const spending = createSpending({ database, notices, budgetOf, now })
  const policies: Policies = createPolicies({ database, audit, announcements, onChanged: spending.retell })
  const standing = createStanding({ connections, buckets, circuits, now })
  const calls = createCalls({ database, audit, announcements, proofs, buckets, usage, spending, agents: budgets, budgetOf, now })
  const ask = createAsk({
    catalog,
    caller,
    calls,
    circuits,
    policies,
    spending,
    standing,
    agentLeft: budgets.left,
    agentOf: agents.forCall,
    monotonic,
  })
  return {
    ask,
    forTenant: createAi({ catalog, ask, circuits, connections, policies, spending, standing, usage, now }),
    /** Closes the books of calls whose process ended in the middle; what they cost stays unknown. */
    async start() {
      await database.write(() => usage.sweep(now() - abandonedMs))
    },
  }
}
