/** A model's answer as a step: stored before it is asked for, settled with its cost, in the words that the router chose. */

import { functionNameOf } from '#shared/agent'
import type { ChatMessage, ToolCall } from '#shared/ai/chat'
import { nanos } from '#shared/ai/models'
import type { AiAnswer, AiOrder } from '#shared/contract/ai'
import { failed, toFailure } from '#shared/failure'
import type { Ask } from '../ai/ask.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { JobRow } from '../jobs/rows.ts'
import type { KnownAgent } from './agents.ts'
import { messagesOf, systemPrompt } from './prompt.ts'
import { profileOf, type RunRow, type StepRow } from './run-rows.ts'
import type { RunStore } from './run-store.ts'
import type { Tools } from './tools.ts'
import { type RunAt, toolsOf } from './use-tool.ts'
import type { Writing } from './writing.ts'

export interface AskModelDeps {
  database: Database
  store: RunStore
  tools: Tools
  ask: Pick<Ask, 'run'>
  writing: Writing
  agentsOf(tenantId: string): KnownAgent[]
  redact(text: string): string
  /** Makes `redact` know every credential of the tenant. */
  knowSecrets(tenantId: string): Promise<void>
  fence(job: JobRow): void
  now(): number
}

/** Tools asked for in one answer at most. */
const mostCalls = 16

export function createAskModel(deps: AskModelDeps): (at: RunAt, signal: AbortSignal) => Promise<void> {
  const { database, store, tools, ask, writing, redact, now } = deps

  function blotted(message: ChatMessage): ChatMessage {
    if (message.role !== 'assistant') return { ...message, content: redact(message.content) }
    const { content, toolCalls } = message
    const calls = toolCalls?.map((call) => ({ ...call, arguments: redact(call.arguments) }))
    return { ...message, content: redact(content ?? ''), ...(calls ? { toolCalls: calls } : {}) }
  }

  function toolList(run: RunRow, agent: KnownAgent | undefined): AiOrder['tools'] {
    const allowed = toolsOf(run, agent).filter(({ autonomy }) => autonomy !== 'never')
    const known = allowed.flatMap(({ tool: id, autonomy }) => {
      const tool = tools.find(id)
      if (!tool) return []
      const asks = autonomy === 'ask' ? ' A person decides before it happens.' : ''
      return [{ name: functionNameOf(id), description: `${tool.title}. ${tool.effect}${asks}`, parameters: tool.parameters }]
    })
    return known.length > 0 ? known : undefined
  }

  function orderOf({ run, steps }: RunAt): AiOrder {
    const agents = deps.agentsOf(run.tenant_id)
    const profile = profileOf(run)
    const others = agents.filter(({ id }) => profile.delegatesTo.includes(id))
    const messages = messagesOf(run, steps, systemPrompt(profile, others, run.created_at))
    const list = toolList(
      run,
      agents.find(({ id }) => id === run.agent),
    )
    return {
      task: profile.task,
      latency: profile.latency,
      // What lies in the vault must not leave the machine by way of a prompt.
      messages: messages.map(blotted),
      ...(list ? { tools: list } : {}),
      ...(profile.model === null ? {} : { model: profile.model }),
      agent: run.agent,
    }
  }

  /** Ids of our own: not every provider makes them different from answer to answer. */
  function callsOf(answer: AiAnswer, step: StepRow): ToolCall[] {
    return answer.toolCalls.slice(0, mostCalls).map((call, at) => ({ ...call, id: `call_${step.number}_${at + 1}` }))
  }

  async function read({ run, job }: RunAt, order: AiOrder, step: StepRow, signal: AbortSignal): Promise<AiAnswer> {
    const asking = {
      tenantId: run.tenant_id,
      order,
      actor: { kind: 'agent' as const, id: run.agent },
      signal,
      live: true,
      jobId: job.id,
    }
    for await (const event of ask.run(asking)) {
      if (event.type === 'text') writing.add(run.id, step.number, event.text)
      if (event.type === 'end') return event.answer
    }
    throw failed('unexpected', 'The answer had no end.')
  }

  function settle(step: StepRow, answer: AiAnswer): Promise<void> {
    const calls = callsOf(answer, step)
    return database.write((tx) => {
      store.patchStep(tx, step, {
        state: 'done',
        title: calls.length > 0 ? calls.map(({ name }) => name).join(', ') : 'Answer',
        input: JSON.stringify(calls),
        output: redact(answer.text),
        provider: answer.route.provider,
        model: answer.route.model,
        reasons: JSON.stringify(answer.route.reasons),
        input_tokens: answer.usage.inputTokens,
        output_tokens: answer.usage.outputTokens,
        cost_nano: answer.costUsd === null ? null : Math.round(answer.costUsd * nanos.dollar),
        unknown_cost: Number(answer.costUsd === null),
        ended_at: now(),
      })
    })
  }

  /** A question that got no answer is asked again in its own place, so that an outage does not fill the record. */
  function begin(tx: Change, { run, steps }: RunAt): StepRow {
    const last = steps.at(-1)
    if (last?.kind !== 'model' || last.state !== 'failed')
      return store.addStep(tx, run, { kind: 'model', state: 'running', title: 'Thinking' })
    store.patchStep(tx, last, { state: 'running', title: 'Thinking', failure: null, ended_at: null })
    return { ...last, state: 'running' }
  }

  return async (at, signal) => {
    await deps.knowSecrets(at.run.tenant_id)
    const order = orderOf(at)
    const step = await database.write((tx) => {
      deps.fence(at.job)
      return begin(tx, at)
    })
    try {
      await settle(step, await read(at, order, step, signal))
    } catch (error) {
      const failure = toFailure(error)
      await database.write((tx) =>
        store.patchStep(tx, step, { state: 'failed', title: 'No answer', failure: JSON.stringify(failure), ended_at: now() }),
      )
      throw error
    } finally {
      writing.end(at.run.id)
    }
  }
}
