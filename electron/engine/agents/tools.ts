/** Tools: the catalogue's actions and kinds as a model sees them, each leading to the same orders as everybody else's. */
import { z } from 'zod'
import { AgentId, functionNameOf } from '#shared/agent'
import type { ChatTool } from '#shared/ai/chat'
import type { ApprovalRisk } from '#shared/contract/approvals'
import { type JobKind, jobKinds } from '#shared/job-kinds'
import { platforms } from '#shared/social/platforms'
import { type PlatformId, SocialPost } from '#shared/social/post'
import type { Action, AnyProvider } from '../../kit/define.ts'
import { toJsonSchema } from '../../kit/manifest.ts'

/** One use of a tool as an order for the queue. */
export interface ToolOrder {
  kind: JobKind
  input: Record<string, unknown>
}

export interface Tool {
  id: string
  /** How a model calls it. */
  name: string
  title: string
  effect: string
  /** Providers of which one must be connected; empty for what the engine does itself. */
  providers: readonly AnyProvider[]
  writes: boolean
  risk: ApprovalRisk
  parameters: ChatTool['parameters']
  order(args: Record<string, unknown>, agent: { id: string; slackRoute: string | null }): ToolOrder
}

export interface Tools {
  all(): Tool[]
  find(id: string): Tool | undefined
}

/** Fields of an order that are not the model's to fill in. */
function withoutFields(schema: ChatTool['parameters'], names: readonly string[]): ChatTool['parameters'] {
  const {
    properties = {},
    required = [],
    ...rest
  } = schema as {
    properties?: Record<string, unknown>
    required?: string[]
  } & ChatTool['parameters']
  const kept = Object.entries(properties).filter(([name]) => !names.includes(name))
  return {
    ...rest,
    properties: Object.fromEntries(kept) as never,
    required: required.filter((name) => !names.includes(name)),
  }
}

const riskOf: Readonly<Record<AnyProvider['category'], ApprovalRisk>> = {
  communication: 'person',
  account: 'inside',
  social: 'public',
  blog: 'public',
  payment: 'money',
  data: 'inside',
  ai: 'money',
}

/** Kinds in which people are told something. */
const messages = ['EMAIL_SEND', 'TEAMS_SEND', 'TELEGRAM_SEND', 'SLACK_SEND'] as const
const words: Readonly<Record<(typeof messages)[number], { title: string; effect: string }>> = {
  EMAIL_SEND: { title: 'Send e-mail', effect: 'Sends an e-mail from your own address.' },
  TEAMS_SEND: { title: 'Post to a Teams channel', effect: 'Posts a message to a Teams channel.' },
  TELEGRAM_SEND: {
    title: 'Send a Telegram message',
    effect: 'Sends a Telegram message; without a chat it goes to the operator.',
  },
  SLACK_SEND: { title: 'Send a Slack message', effect: 'Posts a message to a Slack channel.' },
}

function messageTool(kind: (typeof messages)[number], catalog: Readonly<Record<string, AnyProvider>>): Tool {
  const own = kind === 'EMAIL_SEND' ? ['fromAgent'] : []
  return {
    id: kind,
    name: functionNameOf(kind),
    ...words[kind],
    providers: Object.values(catalog).filter(({ serves }) => serves[kind] !== undefined),
    writes: true,
    risk: 'person',
    parameters: withoutFields(toJsonSchema(jobKinds[kind]), own),
    order(args, { id, slackRoute }) {
      if (kind === 'EMAIL_SEND') return { kind, input: { ...args, fromAgent: id } }
      const routed = kind === 'SLACK_SEND' && args.channel === undefined && args.route === undefined && slackRoute !== null
      return { kind, input: routed ? { ...args, route: slackRoute } : args }
    },
  }
}

function postTool(platform: PlatformId, catalog: Readonly<Record<string, AnyProvider>>): Tool {
  const schema = SocialPost.options.find((option) => option.shape.platform.value === platform)
  const { name } = platforms[platform]
  const id = `SOCIAL_POST/${platform}`
  return {
    id,
    name: functionNameOf(id),
    title: `Publish on ${name}`,
    effect: `Publishes a post on ${name}, where everybody can read it.`,
    providers: Object.values(catalog).filter(({ publishes }) => publishes?.[platform] !== undefined),
    writes: true,
    risk: 'public',
    parameters: withoutFields(schema ? toJsonSchema(schema) : {}, ['platform']),
    order: (args) => ({ kind: 'SOCIAL_POST', input: { ...args, platform } }),
  }
}

function actionTool(provider: AnyProvider, [actionId, action]: [string, Action]): Tool {
  const id = `${provider.id}/${actionId}`
  const publishes = Object.values(provider.publishes ?? {}).includes(actionId)
  return {
    id,
    name: functionNameOf(id),
    title: `${provider.name}: ${action.title}`,
    effect: action.effect,
    providers: [provider],
    writes: action.repeat !== 'safe',
    risk: publishes ? 'public' : riskOf[provider.category],
    parameters: toJsonSchema(action.input),
    order: (args) => ({ kind: 'ACTION_RUN', input: { provider: provider.id, action: actionId, input: args } }),
  }
}

/** Hands work to another agent; who that may be, the run checks. */
export const delegateId = 'delegate'

const Delegation = z.strictObject({
  agent: AgentId.meta({ description: 'Who is to do it' }),
  instruction: z.string().trim().min(1).max(20_000).meta({ description: 'What is to be done, with all that is needed for it' }),
})

const delegate: Tool = {
  id: delegateId,
  name: delegateId,
  title: 'Hand work to another agent',
  effect: 'Gives another agent work, and waits for how it ended.',
  providers: [],
  writes: false,
  risk: 'inside',
  parameters: toJsonSchema(Delegation),
  order: (args) => ({ kind: 'AGENT_RUN', input: args }),
}

/** Models ask models through the router alone, where budgets are kept. */
const offered = (provider: AnyProvider) => provider.chat === undefined

export function createTools(catalog: Readonly<Record<string, AnyProvider>>): Tools {
  let known: Map<string, Tool> | undefined
  // Projecting two hundred schemas takes a while, and nobody needs them before the first run.
  function load(): Map<string, Tool> {
    const list = [
      ...messages.map((kind) => messageTool(kind, catalog)),
      ...(Object.keys(platforms) as PlatformId[]).map((platform) => postTool(platform, catalog)),
      ...Object.values(catalog)
        .filter(offered)
        .flatMap((provider) => Object.entries(provider.actions).map((entry) => actionTool(provider, entry))),
      delegate,
    ]
    return new Map(list.map((tool) => [tool.id, tool]))
  }
  const tools = () => {
    known ??= load()
    return known
  }
  return { all: () => [...tools().values()], find: (id) => tools().get(id) }
}
