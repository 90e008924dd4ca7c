/** Approvals in the operator's chat: asked with the whole payload and two buttons, decided by a press, told how they ended. */
import { deepLinkTo } from '#shared/deep-link'
import { AppError } from '#shared/failure'
import { toInstant } from '#shared/time'
import type { Press } from '../../kit/define.ts'
import type { Database } from '../database/open.ts'
import type { Change } from '../database/writer.ts'
import type { Agents } from './agents.ts'
import type { ApprovalFinder, ApprovalRow } from './approval-rows.ts'
import type { Approvals } from './approvals.ts'
import type { OperatorChat } from './operator-chat.ts'

export interface ApprovalChat {
  /** Asks in the chat. Call inside the change that asks. */
  ask(tx: Change, approval: ApprovalRow): void
  /** Takes the buttons away and says how it ended. Call inside the change that ended it. */
  tell(tx: Change, approval: ApprovalRow): void
  /** Decides by a press; answers what the person is told, undefined where the button is of something else. Does not throw. */
  press(tx: Change, tenantId: string, press: Press): string | undefined
}

export interface ApprovalChatDeps {
  database: Database
  chat: OperatorChat
  agents: Pick<Agents, 'find'>
  finder: ApprovalFinder
  decideIn: Approvals['decideIn']
}

/** Longer payloads are looked at on the screen: what cannot be read whole is not agreed to here. */
const longestPayload = 3_000
/** Of the hash, so that a button fits 64 bytes: it still tells another payload apart. */
const shortHash = 8

const keyOf = ({ id }: ApprovalRow) => `approval/${id}`
const buttonPattern = /^(approve|reject):([0-9a-f-]{36}):([0-9a-f]{8})$/

const endings: Readonly<Record<ApprovalRow['state'], string>> = {
  pending: 'Waits',
  approved: 'Approved',
  rejected: 'Rejected',
  expired: 'Called off: nobody decided in time',
  cancelled: 'Called off',
}

function payloadText(row: ApprovalRow): string {
  const fields = Object.entries(JSON.parse(row.payload) as Record<string, unknown>)
  return fields.map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join('\n')
}

function buttonsFor({ id, hash }: ApprovalRow) {
  const rest = `${id}:${hash.slice(0, shortHash)}`
  return [
    [
      { text: 'Approve', data: `approve:${rest}` },
      { text: 'Reject', data: `reject:${rest}` },
    ],
  ]
}

export function createApprovalChat({ database, chat, agents, finder, decideIn }: ApprovalChatDeps): ApprovalChat {
  const who = (row: ApprovalRow) => agents.find(row.tenant_id, row.agent ?? '')?.name ?? row.agent ?? 'Somebody'
  const linkOf = ({ id }: ApprovalRow) => deepLinkTo(`/agents?tab=approvals&approval=${id}`)

  return {
    ask(tx, row) {
      const payload = payloadText(row)
      const fits = payload.length <= longestPayload
      const cost = row.cost_micro === null ? '' : ` Costs $${row.cost_micro / 1_000_000}.`
      const until = `Called off by itself at ${toInstant(row.expires_at)}.`
      const body = fits ? payload : 'It is too long to be read here: look at it on the screen before you decide.'
      const text = [`${who(row)} asks: ${row.effect}`, body, `${row.why}${cost} ${until}`, linkOf(row)].join('\n\n')
      chat.say(tx, row.tenant_id, { key: keyOf(row), text, ...(fits ? { buttons: buttonsFor(row) } : {}) })
    },
    tell(tx, row) {
      const via = row.decided_via === null ? '' : ` (${row.decided_via})`
      const text = `${endings[row.state]} by ${row.decided_by ?? 'nobody'}${via}: ${who(row)}, ${row.effect}\n\n${linkOf(row)}`
      chat.amend(tx, row.tenant_id, keyOf(row), text)
    },
    press(tx, tenantId, { data, from }) {
      const [, verb, id, hash] = buttonPattern.exec(data) ?? []
      if (verb === undefined || id === undefined || hash === undefined) return undefined
      const actor = { kind: 'operator', id: `${from.name} (telegram ${from.id})` } as const
      const decision = verb === 'approve' ? ('approve' as const) : ('reject' as const)
      // What it wrote before it was refused is undone, and the press still counts as taken.
      const decide = database.sqlite.transaction(() => {
        const row = finder.row(tenantId, id)
        if (row.state === 'pending' && !row.hash.startsWith(hash)) return 'The payload has changed. Look at it on the screen.'
        decideIn(tx, row, { decision, via: 'telegram' }, actor)
        return decision === 'approve' ? 'Approved.' : 'Rejected.'
      })
      try {
        return decide()
      } catch (error) {
        if (error instanceof AppError) return error.failure.message
        throw error
      }
    },
  }
}
