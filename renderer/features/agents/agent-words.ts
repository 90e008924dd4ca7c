/** Words for what agents do, in the shapes and tones of every other state. */
import type { AgentState, Run, RunStep } from '#shared/contract/agents'
import type { ApprovalRisk, ApprovalState } from '#shared/contract/approvals'
import type { StatusWord } from '../../ui/status.ts'

export const agentWords: Readonly<Record<AgentState, StatusWord>> = {
  working: { word: 'Working', shape: 'spinning-ring', tone: 'info', means: 'A run of it is under way.' },
  waiting: { word: 'Waiting for you', shape: 'hand', tone: 'human', means: 'It asks before it uses a tool.' },
  idle: { word: 'Idle', shape: 'hollow-circle', tone: 'idle', means: 'Nothing is under way.' },
  paused: { word: 'Paused', shape: 'slash', tone: 'warn', means: 'Somebody paused it; nothing of it runs.' },
  blocked: { word: 'Blocked', shape: 'triangle', tone: 'warn', means: 'A tool of it has no connection that could serve it.' },
}

export const stepWords: Readonly<Record<RunStep['state'], StatusWord>> = {
  running: { word: 'Running', shape: 'spinning-ring', tone: 'info', means: 'A model is writing.' },
  waiting: { word: 'Waiting', shape: 'clock', tone: 'human', means: 'Its job has not ended yet.' },
  done: { word: 'Done', shape: 'check', tone: 'ok', means: 'It ended, and how is told.' },
  failed: { word: 'Failed', shape: 'cross', tone: 'bad', means: 'It ended without success; the agent was told.' },
  refused: { word: 'Refused', shape: 'slash', tone: 'warn', means: 'It was not let through: a limit, a rule or a person.' },
  lost: { word: 'Lost', shape: 'loop', tone: 'idle', means: 'Its process ended in the middle, so it was asked again.' },
}

export const approvalWords: Readonly<Record<ApprovalState, StatusWord>> = {
  pending: { word: 'Waits for you', shape: 'hand', tone: 'human', means: 'Nothing happens until somebody decides.' },
  approved: { word: 'Approved', shape: 'check', tone: 'ok', means: 'A person agreed to this payload.' },
  rejected: { word: 'Rejected', shape: 'cross', tone: 'bad', means: 'A person said no.' },
  expired: { word: 'Expired', shape: 'clock', tone: 'idle', means: 'Nobody decided in time, so it was called off.' },
  cancelled: { word: 'Called off', shape: 'slash', tone: 'idle', means: 'The job or run it belonged to was stopped.' },
}

export const riskWords: Readonly<Record<ApprovalRisk, StatusWord>> = {
  inside: { word: 'Inside', shape: 'hollow-circle', tone: 'idle', means: 'Changes something of yours that nobody else sees.' },
  person: { word: 'Reaches a person', shape: 'half-circle', tone: 'info', means: 'Somebody is sent something.' },
  public: { word: 'Public', shape: 'filled-circle', tone: 'warn', means: 'Everybody can read it.' },
  money: { word: 'Money', shape: 'triangle', tone: 'warn', means: 'It moves or costs money.' },
}

/** Who began a run, in words. */
export function sourceOf({ source: { kind, by } }: Pick<Run, 'source'>): string {
  const words: Readonly<Record<Run['source']['kind'], string>> = {
    operator: 'you',
    token: `a script (${by})`,
    schedule: 'a schedule',
    telegram: `a Telegram message (${by})`,
    webhook: `a webhook (${by})`,
    agent: by,
  }
  return words[kind]
}
