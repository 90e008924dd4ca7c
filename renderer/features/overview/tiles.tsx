/** Today, the health of what is connected, agents, and what was spent: each with a way to the whole of it. */
import { Anchor, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ConnectionState } from '#shared/connection'
import type { Agent, AgentState } from '#shared/contract/agents'
import type { Connection } from '#shared/contract/connections'
import type { JobStats } from '#shared/contract/jobs'
import { api } from '../../query.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { toCount } from '../../ui/relative.ts'
import { StatusChip, WordChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { agentWords } from '../agents/agent-words.ts'
import { toMoney } from '../ai/money.ts'
import { toSpan } from '../jobs/filter-words.ts'
import classes from './overview.module.css'
import { Tile } from './tile.tsx'
import { useComing } from './use-coming.ts'

const dayMs = 86_400_000
const comingShown = 5

export function ComingTile() {
  const { jobs, coming } = useComing()
  return (
    <Tile title="To come">
      <QueryState query={jobs}>
        {() => {
          if (coming.length === 0)
            return <EmptyState title="Nothing is planned">Orders with a time and schedules show here.</EmptyState>
          return (
            <ul className={classes.lines}>
              {coming.slice(0, comingShown).map(({ id, title, at, href }) => (
                <li key={id}>
                  <Anchor href={`#${href}`} size="sm" truncate>
                    {title}
                  </Anchor>
                  <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                    <When at={at} />
                  </Text>
                </li>
              ))}
            </ul>
          )
        }}
      </QueryState>
    </Tile>
  )
}

/** A day's ends; a share only where something ended. */
function endsOf({ buckets }: JobStats) {
  const sum = (of: 'succeeded' | 'failed' | 'unknown') => buckets.reduce((total, bucket) => total + bucket[of], 0)
  const ends = { succeeded: sum('succeeded'), failed: sum('failed'), unknown: sum('unknown') }
  const all = ends.succeeded + ends.failed + ends.unknown
  return { ...ends, share: all === 0 ? '—' : `${Math.round((ends.succeeded / all) * 1_000) / 10} %` }
}

export function JobsTile() {
  const stats = useQuery(api.jobs.stats.queryOptions({ input: { windowMs: dayMs } }))
  return (
    <Tile title="Jobs, last 24 hours">
      <QueryState query={stats}>
        {(data) => {
          const { succeeded, failed, unknown, share } = endsOf(data)
          const lines = [
            ['Succeeded', `${toCount(succeeded)} (${share})`, '/jobs?state=succeeded'],
            ['Failed', toCount(failed), '/jobs?state=failed'],
            ['Unknown outcome', toCount(unknown), '/jobs?state=unknown'],
            ['Waiting or queued', toCount(data.states.queued + data.states.waiting), '/jobs?state=queued'],
            ['Waited, p95', toSpan(data.waitMs.p95), '/jobs'],
            ['Ran, p95', toSpan(data.runMs.p95), '/jobs'],
          ] as const
          return <Lines lines={lines} />
        }}
      </QueryState>
    </Tile>
  )
}

function Lines({ lines }: { lines: ReadonlyArray<readonly [name: string, value: string, href: string]> }) {
  return (
    <ul className={classes.lines}>
      {lines.map(([name, value, href]) => (
        <li key={name}>
          <Anchor href={`#${href}`} size="sm">
            {name}
          </Anchor>
          <Text size="sm" ff="monospace">
            {value}
          </Text>
        </li>
      ))}
    </ul>
  )
}

const agentStates: readonly AgentState[] = ['working', 'waiting', 'blocked', 'paused', 'idle']

export function AgentsTile() {
  const agents = useQuery(api.agents.list.queryOptions({ input: {} }))
  return (
    <Tile title="Agents">
      <QueryState query={agents}>
        {({ items }: { items: Agent[] }) => (
          <ul className={classes.lines}>
            {agentStates.map((state) => {
              const those = items.filter((agent) => agent.state === state)
              if (those.length === 0) return null
              return (
                <li key={state}>
                  <WordChip word={agentWords[state]} />
                  <Anchor href="#/agents" size="sm" ta="right" lineClamp={2}>
                    {those.length > 4 ? `${those.length} agents` : those.map(({ name }) => name).join(', ')}
                  </Anchor>
                </li>
              )
            })}
          </ul>
        )}
      </QueryState>
    </Tile>
  )
}

export function ConnectionsTile() {
  const connections = useQuery(api.connections.list.queryOptions({ input: {} }))
  return (
    <Tile title="Connections">
      <QueryState query={connections}>
        {({ items }: { items: Connection[] }) => (
          <ul className={classes.lines}>
            {ConnectionState.options.map((state) => {
              const count = items.filter((connection) => connection.state === state).length
              if (count === 0) return null
              return (
                <li key={state}>
                  <StatusChip status={state} />
                  <Anchor href={`#/integrations?status=${state}`} size="sm" ff="monospace">
                    {count}
                  </Anchor>
                </li>
              )
            })}
          </ul>
        )}
      </QueryState>
    </Tile>
  )
}

export function SpendTile() {
  const usage = useQuery(api.ai.usage.queryOptions({ input: { by: 'day' } }))
  const agents = useQuery(api.agents.list.queryOptions({ input: {} }))
  const spent = agents.data?.items.reduce((total, { today }) => total + today.spentUsd, 0)
  return (
    <Tile title="Spend">
      <QueryState query={usage}>
        {({ budget, total }) => (
          <Stack gap={4}>
            <Lines
              lines={[
                ['Models this month', toMoney(total.costUsd), '/ai?tab=cost'],
                ['Budget of the month', budget.limitUsd === null ? 'none' : toMoney(budget.limitUsd), '/ai?tab=routing'],
                ['Agents today, with their tools', spent === undefined ? '—' : toMoney(spent), '/agents?tab=costs'],
              ]}
            />
            {total.unknownCost > 0 ? (
              <Text size="xs" c="dimmed">
                {toCount(total.unknownCost)} calls of unknown cost are not in these sums.
              </Text>
            ) : null}
          </Stack>
        )}
      </QueryState>
    </Tile>
  )
}
