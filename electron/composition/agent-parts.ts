/** Agents at work: runs, tools, approvals, budgets, over the queue and the router of models. */
import { createAgentsArea } from '../engine/agents/agents-area.ts'
import { type ApprovalChat, createApprovalChat } from '../engine/agents/approval-chat.ts'
import { createApprovalFinder } from '../engine/agents/approval-rows.ts'
import { type Approvals, createApprovals } from '../engine/agents/approvals.ts'
import { createAskModel } from '../engine/agents/ask-model.ts'
import { createOperatorChat } from '../engine/agents/operator-chat.ts'
import { createRunChat, type RunChat } from '../engine/agents/run-chat.ts'
import { createRunStore } from '../engine/agents/run-store.ts'
import { createRuns, type Runs } from '../engine/agents/runs.ts'
import { createRunsArea } from '../engine/agents/runs-area.ts'
import { createTools } from '../engine/agents/tools.ts'
import { createUseTool } from '../engine/agents/use-tool.ts'
import { createWriting } from '../engine/agents/writing.ts'
import { createKnownSecrets } from '../engine/connections/known-secrets.ts'
import type { Change } from '../engine/database/writer.ts'
import type { JobSystem } from '../engine/jobs/job-system.ts'
import type { MoveOrder } from '../engine/jobs/moves.ts'
import type { JobRow } from '../engine/jobs/rows.ts'
import { catalog } from '../providers/catalog.ts'
import type { AiParts } from './ai-parts.ts'
import type { Foundation } from './foundation.ts'
import type { Reach } from './reach.ts'
import type { World } from './world.ts'

export type AgentParts = ReturnType<typeof createAgentParts>

interface Beside {
  jobs: JobSystem
  ai: AiParts
}

type Shelf = ReturnType<typeof createShelf>

/** What every part of agents' work is made of. */
function createShelf({ now }: World, { database, announcements, audit }: Foundation, reach: Reach, { jobs }: Beside) {
  const { agents, notices, connections } = reach
  const finder = createApprovalFinder(database)
  const chat = createOperatorChat({ database, connections, enqueuer: jobs.enqueuer })
  const approvalChat: ApprovalChat = createApprovalChat({
    database,
    chat,
    agents,
    finder,
    decideIn: (...decision) => approvals.decideIn(...decision),
  })
  const approvals: Approvals = createApprovals({
    database,
    finder,
    audit,
    announcements,
    notices,
    agents,
    enqueuer: jobs.enqueuer,
    moves: jobs.moves,
    now,
    nudge: () => jobs.runner.nudge(),
    onAsked: approvalChat.ask,
    onSettled: approvalChat.tell,
  })
  return {
    finder,
    chat,
    approvalChat,
    approvals,
    store: createRunStore(database, announcements, now),
    tools: createTools(catalog),
    writing: createWriting(),
  }
}

function createWorkers(
  world: World,
  foundation: Foundation,
  reach: Reach,
  parts: Beside & { shelf: Shelf; runChat: () => RunChat },
): Runs {
  const { database, audit, redactor } = foundation
  const { agents, budgets, connections, keeper } = reach
  const { jobs, ai, shelf } = parts
  const { now } = world
  const { approvals, store, tools, writing } = shelf
  const fence: Runs['fence'] = (job) => runs.fence(job)
  const ask = ai.ask
  const { redact } = redactor
  const knowSecrets = createKnownSecrets({ connections, keeper, add: redactor.add })
  const runs: Runs = createRuns({
    database,
    agents,
    budgets,
    store,
    tools,
    moves: jobs.moves,
    pauses: jobs.pauses,
    settler: jobs.settler,
    askModel: createAskModel({ database, store, tools, ask, writing, agentsOf: agents.list, redact, knowSecrets, fence, now }),
    runTool: createUseTool({
      database,
      audit,
      connections,
      enqueuer: jobs.enqueuer,
      desk: jobs.desk,
      approvals,
      budgets,
      store,
      tools,
      agentNow: agents.find,
      fence,
      now,
    }),
    onEnded: (...ended) => parts.runChat().onEnded(...ended),
    now,
    nudge: () => jobs.runner.nudge(),
  })
  return runs
}

export function createAgentParts(world: World, foundation: Foundation, reach: Reach, parts: Beside) {
  const { jobs } = parts
  const shelf = createShelf(world, foundation, reach, parts)
  const { enqueuer, pauses, steering } = jobs
  const runs = createWorkers(world, foundation, reach, { ...parts, shelf, runChat: () => runChat })
  const runChat: RunChat = createRunChat({
    ...shelf,
    ...reach,
    audit: foundation.audit,
    enqueuer,
    triggersOf: reach.triggers.triggersOf,
    from: runs.from,
  })
  const { agents, budgets, connections } = reach
  const known = { database: foundation.database, enqueuer, ...shelf }
  const agentsArea = createAgentsArea({
    ...known,
    approvals: shelf.finder,
    agents,
    budgets,
    connections,
    pauses,
    from: runs.from,
    now: world.now,
  })
  const runsArea = createRunsArea({ ...known, steering })
  return {
    approvals: shelf.approvals,
    runs,
    runChat,
    /** Takes a press of a button; undefined where nobody knows it. */
    onPress: shelf.approvalChat.press,
    onMoved(tx: Change, row: JobRow, order: MoveOrder) {
      shelf.approvals.onMoved(tx, row, order)
      runs.onMoved(tx, row, order)
    },
    forTenant: (tenantId: string) => ({ agents: agentsArea(tenantId), ...runsArea(tenantId) }),
  }
}
