/** Runs and the operator's chat: messages that begin runs, and endings that the operator asked to be told. */
import { deepLinkTo } from '#shared/deep-link'
import { AppError } from '#shared/failure'
import { matchTriggers, type Trigger } from '#shared/triggers'
import type { Incoming } from '../../kit/define.ts'
import { type AuditAppender, digest } from '../audit/append.ts'
import type { Change } from '../database/writer.ts'
import type { Actor } from '../engine.ts'
import type { Notices } from '../escalation/notices.ts'
import type { Enqueuer } from '../jobs/enqueue.ts'
import type { Agents } from './agents.ts'
import type { OperatorChat } from './operator-chat.ts'
import { profileOf, type RunRow } from './run-rows.ts'
import type { RunStore } from './run-store.ts'
import type { Runs } from './runs.ts'

export interface RunChat {
  /** Begins a run with each agent that answers this chat. Does not throw. Call inside the change that stores the message. */
  onIncoming(tx: Change, tenantId: string, provider: string, message: Incoming): void
  /** Tells how a run ended where somebody asked for it, once. Call inside a change. */
  onEnded(tx: Change, run: RunRow, ending: { failed: boolean; outcome: string }): void
}

export interface RunChatDeps {
  agents: Agents
  audit: AuditAppender
  chat: OperatorChat
  enqueuer: Pick<Enqueuer, 'prepare' | 'place'>
  notices: Notices
  store: RunStore
  triggersOf(tenantId: string): readonly Trigger[]
  from: Runs['from']
}

const receiver: Actor = { kind: 'system', id: 'receiver' }
const longestInstruction = 20_000
const longestOutcome = 1_500
/** What Telegram itself has people say first; nobody's work. */
const greeting = /^\/start\b/

export function createRunChat({ agents, audit, chat, enqueuer, notices, store, triggersOf, from }: RunChatDeps): RunChat {
  function begin(tx: Change, tenantId: string, agent: string, { chatId, messageId, author, text }: Incoming): void {
    const input = { agent, instruction: text.trim().slice(0, longestInstruction) }
    const key = `telegram/${chatId}/${messageId}/${agent}`
    const origin = { kind: 'telegram', by: author, outside: chatId !== chat.chatOf(tenantId) } as const
    try {
      const checked = enqueuer.prepare(tenantId, { kind: 'AGENT_RUN', input, key })
      from(origin, () => enqueuer.place(tx, checked, receiver))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      audit.append(tenantId, {
        actor: receiver,
        action: 'run.refused',
        outcome: 'refused',
        target: { kind: 'agent', id: agent },
        detail: { failure: error.failure.kind, chatId, messageId },
      })
    }
  }

  /** Phrases by which somebody asked, in the work itself and in what was read from outside. A run that another began answers for what it read alone. */
  function causesOf(run: RunRow): string[] {
    const triggers = triggersOf(run.tenant_id)
    const read = store.steps(run.id).filter(({ outside }) => outside === 1)
    const texts = [...(run.parent_run === null ? [run.instruction] : []), ...read.map(({ output }) => output ?? '')]
    return [...new Set(texts.flatMap((text) => matchTriggers(triggers, text).map(({ phrase }) => phrase)))]
  }

  function tell(
    tx: Change,
    run: RunRow,
    causes: readonly string[],
    { failed, outcome }: { failed: boolean; outcome: string },
  ): void {
    const { name } = profileOf(run)
    const title = failed ? `${name} could not finish` : `${name} has finished`
    const message = outcome.trim().slice(0, longestOutcome) || 'Without a word.'
    const path = `/agents?tab=runs&run=${run.id}`
    const why = causes.length === 0 ? '' : `\n\nYou are told because of: ${causes.map((phrase) => `“${phrase}”`).join(', ')}.`
    const said = chat.say(tx, run.tenant_id, {
      key: `told/${run.id}`,
      text: `${title}.\n\n${message}${why}\n\n${deepLinkTo(path)}`,
    })
    // Where there is no chat, it still reaches a person.
    if (!said) notices.raise(tx, run.tenant_id, { kind: 'run_told', cause: run.id, title, message, href: path })
    audit.append(run.tenant_id, {
      actor: { kind: 'agent', id: run.agent },
      action: 'run.told',
      outcome: 'ok',
      target: { kind: 'run', id: run.id },
      detail: { causes, by: said ? 'telegram' : 'notice', outcomeDigest: digest(outcome) },
    })
  }

  return {
    onIncoming(tx, tenantId, provider, message) {
      if (provider !== 'telegram' || message.text.trim() === '' || greeting.test(message.text)) return
      const answering = agents.list(tenantId).filter(({ telegramChat }) => telegramChat === message.chatId)
      for (const { id } of answering) begin(tx, tenantId, id, message)
    },
    onEnded(tx, run, ending) {
      if (store.find(run.id)?.told !== null) return
      const causes = causesOf(run)
      const answers = run.source_kind === 'telegram' && run.outside === 0
      if (causes.length === 0 && !answers) return
      store.noteTold(run, causes)
      tell(tx, run, causes, ending)
    },
  }
}
