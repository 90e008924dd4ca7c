/** "Needs you": everything that waits for a person, each with its evidence and the way to deal with it. */
import { Anchor, Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAgentName, useProviderName } from '../../names.ts'
import { api } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { LateSkeleton } from '../../ui/query-state.tsx'
import { WordChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { type Need, needsOf } from './needs.ts'
import { NextUp } from './next-up.tsx'
import classes from './overview.module.css'
import { Tile } from './tile.tsx'

/** Shown at first; the rest is one press away. */
const firstShown = 8
const most = 100

/** All that a person is needed for; a source that cannot be asked is told as such, and hides none of the others. */
function useNeeds() {
  const approvals = useQuery(api.approvals.list.queryOptions({ input: { state: 'pending', limit: most } }))
  const unknown = useQuery(api.jobs.list.queryOptions({ input: { state: 'unknown', limit: most } }))
  const byHand = useQuery(api.jobs.list.queryOptions({ input: { state: 'waiting', kind: 'SOCIAL_POST', limit: most } }))
  const connections = useQuery(api.connections.list.queryOptions({ input: {} }))
  const notices = useQuery(api.system.notices.queryOptions({ input: {} }))
  const nameOf = useProviderName()
  const agentName = useAgentName()
  const sources = [approvals, unknown, byHand, connections, notices]
  const needs = needsOf({
    approvals: approvals.data?.items ?? [],
    unknown: unknown.data?.items ?? [],
    byHand: (byHand.data?.items ?? []).filter(({ reason }) => reason === 'operator'),
    connections: connections.data?.items ?? [],
    notices: notices.data?.items ?? [],
    nameOf,
    agentName,
  })
  return {
    needs,
    failed: sources.find(({ error, data }) => error && !data),
    isPending: sources.some(({ isPending }) => isPending),
  }
}

export function NeedsYou() {
  const { needs, failed, isPending } = useNeeds()
  const [all, setAll] = useState(false)
  const shown = all ? needs : needs.slice(0, firstShown)
  return (
    <Tile title={needs.length === 0 ? 'Needs you' : `Needs you (${needs.length})`} wide>
      {failed ? (
        <FailurePanel
          failure={failureOf(failed.error)}
          live
          actions={
            <Button variant="default" onClick={() => void failed.refetch()} loading={failed.isFetching}>
              Retry
            </Button>
          }
        />
      ) : null}
      {needs.length === 0 && isPending ? <LateSkeleton rows={3} /> : null}
      {needs.length === 0 && !isPending && !failed ? (
        <Text size="sm">
          Nothing needs you. <NextUp />
        </Text>
      ) : null}
      <ul className={classes.needs}>
        {shown.map((need) => (
          <NeedLine key={need.id} need={need} />
        ))}
      </ul>
      {needs.length > shown.length ? (
        <Anchor component="button" type="button" size="sm" onClick={() => setAll(true)}>
          Show all {needs.length}
        </Anchor>
      ) : null}
    </Tile>
  )
}

function NeedLine({ need: { word, title, detail, at, href, action } }: { need: Need }) {
  return (
    <li className={classes.need}>
      <div>
        <WordChip word={word} />
      </div>
      <div>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <Text size="sm" c="dimmed" lineClamp={2}>
          {detail}
        </Text>
        {at ? (
          <Text size="xs" c="dimmed">
            <When at={at} />
          </Text>
        ) : null}
      </div>
      <Button component="a" href={`#${href}`} variant="default" size="compact-sm" aria-label={`${action}: ${title}`}>
        {action}
      </Button>
    </li>
  )
}
