/** Agents and their runs: who they are, what they may do, what they did, step by step. */
import { z } from 'zod'
import { AgentId, AgentProfile, ToolId } from '#shared/agent'
import { Failure } from '#shared/failure'
import { JobState } from '#shared/job'
import { Instant } from '#shared/time'
import { PageQuery, pageOf, procedure } from './common.ts'

/** What an agent does now, and why. */
export const AgentState = z.enum(['working', 'waiting', 'idle', 'paused', 'blocked'])
/** What an agent does now. */
export type AgentState = z.infer<typeof AgentState>

/**
 * An agent with what can be observed of it.
 *
 * Units  costs in dollars, null where nothing is known of them; a day is the agent's own
 */
export const Agent = AgentProfile.extend({
  id: AgentId,
  state: AgentState,
  why: z.string().nullable(),
  /** What it works on, or last worked on. */
  run: z.object({ id: z.string(), instruction: z.string(), state: JobState, at: Instant }).nullable(),
  today: z.object({
    day: z.string(),
    runs: z.int(),
    spentUsd: z.number(),
    /** Held for calls that run, and for those whose cost nobody knows. */
    reservedUsd: z.number(),
    uses: z.array(z.object({ tool: ToolId, uses: z.int() })),
  }),
  /** How the last 100 runs ended. */
  ended: z.object({ succeeded: z.int(), failed: z.int(), cancelled: z.int() }),
  approvals: z.int(),
})
/** An agent with what can be observed of it. */
export type Agent = z.infer<typeof Agent>

/** A tool as an agent could be given it. */
export const AgentToolInfo = z.object({
  tool: ToolId,
  /** How a model calls it. */
  name: z.string(),
  title: z.string(),
  effect: z.string(),
  provider: z.string().nullable(),
  /** Whether it changes anything outside. */
  writes: z.boolean(),
  /** Whether it can be used now; `why` says what keeps it from it. */
  ready: z.boolean(),
  why: z.string().nullable(),
})
/** A tool as an agent could be given it. */
export type AgentToolInfo = z.infer<typeof AgentToolInfo>

/** Who or what began a run. */
export const RunSource = z.object({
  kind: z.enum(['operator', 'token', 'schedule', 'telegram', 'webhook', 'agent']),
  /** Whose word it was: a person, a schedule, a chat, another agent. */
  by: z.string(),
  /** The run that handed this one its work. */
  run: z.string().nullable(),
})
/** Who or what began a run. */
export type RunSource = z.infer<typeof RunSource>

/** Tokens and money of a run or a step. `costUsd` sums what is known; null where nothing of it is. */
export const RunCost = z.object({
  inputTokens: z.int(),
  outputTokens: z.int(),
  costUsd: z.number().nullable(),
  /** Calls whose cost nobody knows; they are not in the sum. */
  unknownCost: z.int(),
})
/** Tokens and money of a run or a step. */
export type RunCost = z.infer<typeof RunCost>

/** One piece of an agent's work. Its id is that of its job; `state` is the job's. */
export const Run = z.object({
  id: z.string(),
  agent: AgentId,
  source: RunSource,
  instruction: z.string(),
  state: JobState,
  /** What it waits for, in words. */
  waitingFor: z.string().nullable(),
  outcome: z.string().nullable(),
  failure: Failure.nullable(),
  steps: z.int(),
  cost: RunCost,
  createdAt: Instant,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
})
/** One piece of an agent's work. */
export type Run = z.infer<typeof Run>

/**
 * One model call (`model`) or one use of a tool (`tool`).
 *
 * `waiting` its job has not ended yet · `refused` it was not let through · `lost` its process ended in the middle
 */
export const RunStep = z.object({
  number: z.int(),
  kind: z.enum(['model', 'tool']),
  state: z.enum(['running', 'waiting', 'done', 'failed', 'refused', 'lost']),
  title: z.string(),
  tool: ToolId.nullable(),
  /** What the tool was called with. */
  input: z.json(),
  /** What was said or answered; parts that were secrets are blotted out. */
  output: z.string().nullable(),
  /** Whether `output` came from outside, and so counts as data only. */
  outside: z.boolean(),
  job: z.object({ id: z.string(), state: JobState }).nullable(),
  approval: z.string().nullable(),
  model: z.object({ provider: z.string(), model: z.string(), reasons: z.array(z.string()) }).nullable(),
  cost: RunCost,
  failure: Failure.nullable(),
  startedAt: Instant,
  endedAt: Instant.nullable(),
})
/** One model call or one use of a tool. */
export type RunStep = z.infer<typeof RunStep>

/** A roster as a file: everything of each agent but what was observed. */
export const AgentFile = z.strictObject({
  format: z.literal('atlas-agents/1'),
  agents: z
    .array(AgentProfile.extend({ id: AgentId }))
    .min(1)
    .max(200),
})
/** A roster as a file. */
export type AgentFile = z.infer<typeof AgentFile>

const nothing = z.strictObject({}).optional()
const one = z.strictObject({ id: AgentId })
const oneRun = z.strictObject({ id: z.string().min(1).max(64) })
const profilePatch = AgentProfile.partial()

/** Procedures about agents. */
export const agents = {
  list: procedure.route({ method: 'GET', path: '/agents', summary: 'The roster' }).input(nothing).output(pageOf(Agent)),
  tools: procedure
    .route({ method: 'GET', path: '/agent-tools', summary: 'Every tool an agent could be given, and whether it can be used now' })
    .input(nothing)
    .output(pageOf(AgentToolInfo)),
  templates: procedure
    .route({ method: 'GET', path: '/agent-templates', summary: 'Profiles to start from' })
    .input(nothing)
    .output(pageOf(AgentProfile.extend({ id: AgentId }))),
  exportFile: procedure
    .route({ method: 'GET', path: '/agent-file', summary: 'The roster as a file' })
    .input(nothing)
    .output(AgentFile),
  importFile: procedure
    .route({ method: 'POST', path: '/agent-file', summary: 'Take agents of a file; those of the same id are replaced' })
    .input(AgentFile)
    .output(z.object({ added: z.array(AgentId), replaced: z.array(AgentId) })),
  get: procedure.route({ method: 'GET', path: '/agents/{id}', summary: 'One agent' }).input(one).output(Agent),
  create: procedure
    .route({
      method: 'POST',
      path: '/agents',
      summary: 'A new agent; what is left out is as a plain one has it',
      successStatus: 201,
    })
    .input(profilePatch.extend({ id: AgentId, name: AgentProfile.shape.name, role: AgentProfile.shape.role }))
    .output(Agent),
  update: procedure
    .route({ method: 'PATCH', path: '/agents/{id}', summary: 'Change an agent; what is left out stays' })
    .input(profilePatch.extend({ id: AgentId }))
    .output(Agent),
  remove: procedure
    .route({ method: 'DELETE', path: '/agents/{id}', summary: 'Take an agent off the roster; what it did stays on record' })
    .input(one)
    .output(z.object({ removed: z.boolean() })),
  /** Whatever the body holds is data from outside; the same body on one day is the same event. */
  event: procedure
    .route({
      method: 'POST',
      path: '/agents/{id}/events',
      summary: 'Hand what happened elsewhere to an agent (webhook)',
      successStatus: 202,
    })
    .input(z.looseObject({ id: AgentId }))
    .output(z.object({ run: z.string() })),
  run: procedure
    .route({ method: 'POST', path: '/agents/{id}/runs', summary: 'Give an agent work', successStatus: 201 })
    .input(
      z.strictObject({
        id: AgentId,
        instruction: z.string().trim().min(1).max(20_000),
        key: z.string().min(1).max(200).optional(),
        runAt: Instant.optional(),
      }),
    )
    .output(Run),
}

/** Procedures about runs. */
export const runs = {
  list: procedure
    .route({ method: 'GET', path: '/runs', summary: 'Runs, newest first' })
    .input(
      z
        .strictObject({
          agent: AgentId.optional(),
          state: JobState.optional(),
          parent: z.string().max(64).optional(),
          ...PageQuery,
        })
        .optional(),
    )
    .output(pageOf(Run)),
  get: procedure.route({ method: 'GET', path: '/runs/{id}', summary: 'One run' }).input(oneRun).output(Run),
  steps: procedure
    .route({ method: 'GET', path: '/runs/{id}/steps', summary: 'Steps of a run, in their order' })
    .input(oneRun.extend(PageQuery))
    .output(pageOf(RunStep)),
  /** Work as it stands: what is being written now is `text`. */
  writing: procedure
    .route({ method: 'GET', path: '/runs/{id}/writing', summary: 'What the model of a run has written of its present answer' })
    .input(oneRun)
    .output(z.object({ step: z.int().nullable(), text: z.string() })),
  cancel: procedure
    .route({ method: 'POST', path: '/runs/{id}/cancel', summary: 'Stop a run, and what it ordered and was not begun' })
    .input(oneRun)
    .output(Run),
  again: procedure
    .route({ method: 'POST', path: '/runs/{id}/again', summary: 'The same instruction as a new run', successStatus: 201 })
    .input(oneRun)
    .output(Run),
}
