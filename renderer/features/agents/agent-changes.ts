/** What is changed of an agent and not saved yet. Pure. */
import type { AgentProfile } from '#shared/agent'

/** Fields that were touched. */
export type ProfileDraft = { [F in keyof AgentProfile]?: AgentProfile[F] }

const titles: Readonly<Record<keyof AgentProfile, string>> = {
  name: 'name',
  role: 'role',
  email: 'e-mail',
  platform: 'platform',
  reportsTo: 'reports to',
  persona: 'persona',
  instructions: 'instructions',
  tools: 'tools',
  delegatesTo: 'hands work to',
  timeZone: 'time zone',
  quietHours: 'quiet hours',
  runsPerDay: 'runs a day',
  dailyBudgetMicroDollars: 'budget of the day',
  mostSteps: 'most answers',
  task: 'task',
  latency: 'how soon',
  model: 'model',
  askAfterOutside: 'asking after content from outside',
  telegramChat: 'Telegram chat',
  slackRoute: 'Slack route',
}

/** Names of the fields that differ from what is stored. */
export function changesOf(agent: AgentProfile, draft: ProfileDraft): string[] {
  const names = Object.keys(draft) as (keyof AgentProfile)[]
  return names.filter((name) => JSON.stringify(draft[name]) !== JSON.stringify(agent[name])).map((name) => titles[name])
}
