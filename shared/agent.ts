/** Agents: who they are, what they may use and how far, and the plain rules about it. */
import { z } from 'zod'
import { AiTask, LatencyClass, ModelRef } from '#shared/ai/policy'
import { isTimeZone } from '#shared/time-zone'

/** An agent's id: how jobs, limits and the audit log name it. */
export const AgentId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9_-]*$/, 'may hold small letters, digits, _ and -')

/**
 * How far an agent goes with a tool by itself.
 *
 * `auto` it uses it · `ask` a person decides on each exact use · `never` it is told that it may not
 */
export const Autonomy = z.enum(['auto', 'ask', 'never'])
/** How far an agent goes with a tool by itself. */
export type Autonomy = z.infer<typeof Autonomy>

/**
 * What a tool is: a job kind (`EMAIL_SEND`), posting on one platform (`SOCIAL_POST/x`), any action of a provider
 * (`google/calendar.events.list`), or `delegate`.
 */
export const ToolId = z
  .string()
  .min(3)
  .max(120)
  .regex(/^[A-Za-z][\w.]*(\/[\w.]+)?$/, 'must name a job kind, SOCIAL_POST/platform, provider/action or delegate')

/** A tool of an agent. `perDay` bounds its uses in a day of the agent's time zone; null for no bound. */
export const AgentTool = z.strictObject({
  tool: ToolId,
  autonomy: Autonomy,
  perDay: z.int().min(0).max(10_000).nullable(),
})
/** A tool of an agent. */
export type AgentTool = z.infer<typeof AgentTool>

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00')

/** Times without effects outside, in the agent's time zone; may go across midnight. */
export const QuietHours = z.strictObject({ from: Clock, to: Clock })

const MicroDollars = z.int().min(0).max(1_000_000_000_000)

/**
 * All of an agent that may be edited.
 *
 * Units  amounts in micro-dollars (1,000,000 is one dollar); a day is a calendar day in `timeZone`
 */
export const AgentProfile = z.strictObject({
  name: z.string().trim().min(1).max(80),
  role: z.string().trim().min(1).max(200),
  email: z.email().max(320).nullable(),
  /** Where it publishes. */
  platform: z.string().min(1).max(64).nullable(),
  reportsTo: AgentId.nullable(),
  /** Who it is and how it speaks. */
  persona: z.string().max(8_000),
  /** What it always has to keep to. */
  instructions: z.string().max(16_000),
  tools: z.array(AgentTool).max(64),
  /** Agents it may hand work to. */
  delegatesTo: z.array(AgentId).max(64),
  timeZone: z.string().min(1).max(64).refine(isTimeZone, 'must be a time zone such as Europe/Berlin'),
  quietHours: QuietHours.nullable(),
  runsPerDay: z.int().min(0).max(10_000).nullable(),
  /** Models and what its tools cost, together. */
  dailyBudgetMicroDollars: MicroDollars.nullable(),
  /** Answers of a model in one run at most. */
  mostSteps: z.int().min(1).max(100),
  task: AiTask,
  latency: LatencyClass,
  /** Asks only this model; null leaves it to the router. */
  model: ModelRef.nullable(),
  /** Once a run has read what came from outside, tools with effects ask, even those that are `auto`. */
  askAfterOutside: z.boolean(),
  /** Whose messages start a run: a Telegram chat. */
  telegramChat: z.string().min(1).max(64).nullable(),
  /** Where its Slack messages go, by the connection's routes. */
  slackRoute: z.string().min(1).max(64).nullable(),
})
/** All of an agent that may be edited. */
export type AgentProfile = z.infer<typeof AgentProfile>

/** The name under which a model sees a tool: letters, digits, `_` and `-`, at most 64. */
export function functionNameOf(tool: string): string {
  return tool.replaceAll('/', '-').replaceAll('.', '_').slice(0, 64)
}

/** What holds for an agent about whom nothing else is said. */
export const plainProfile: Omit<AgentProfile, 'name' | 'role'> = {
  email: null,
  platform: null,
  reportsTo: null,
  persona: '',
  instructions: '',
  tools: [],
  delegatesTo: [],
  timeZone: 'UTC',
  quietHours: null,
  runsPerDay: 100,
  dailyBudgetMicroDollars: 5_000_000,
  mostSteps: 20,
  task: 'chat',
  latency: 'normal',
  model: null,
  askAfterOutside: true,
  telegramChat: null,
  slackRoute: null,
}
