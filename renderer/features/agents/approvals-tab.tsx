/** Approvals: what waits, worked through by keyboard, and what was decided before. */
import { SegmentedControl, Text, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Approval } from '#shared/contract/approvals'
import { api } from '../../query.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { WordChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { approvalWords, riskWords } from './agent-words.ts'
import classes from './agents.module.css'
import { Decide } from './decide.tsx'
import { useLetterKeys } from './letter-keys.ts'

export interface ApprovalsTabProps {
  openId: string | undefined
  onOpen: (id: string | undefined) => void
  onRun: (id: string) => void
}

export function ApprovalsTab(props: ApprovalsTabProps) {
  const [which, setWhich] = useState<'pending' | 'all'>('pending')
  const input = which === 'pending' ? { state: 'pending' as const, limit: 200 } : { limit: 200 }
  const approvals = useQuery(api.approvals.list.queryOptions({ input }))
  return (
    <>
      <SegmentedControl
        m="xs"
        aria-label="Which approvals"
        data={[
          { value: 'pending', label: 'Waiting' },
          { value: 'all', label: 'All' },
        ]}
        value={which}
        onChange={(next) => setWhich(next as 'pending' | 'all')}
      />
      <QueryState query={approvals} rows={4}>
        {({ items }) => <Queue {...props} items={items} which={which} />}
      </QueryState>
    </>
  )
}

function Queue({
  items,
  which,
  openId,
  onOpen,
  onRun,
}: ApprovalsTabProps & { items: readonly Approval[]; which: 'pending' | 'all' }) {
  // What is shown stays shown until another is chosen: one that was decided leaves the list, but not the eye.
  const [shown, setShown] = useState(items[0]?.id)
  const wanted = openId ?? shown ?? items[0]?.id
  if (wanted !== shown) setShown(wanted)
  const one = useQuery({ ...api.approvals.get.queryOptions({ input: { id: wanted ?? '' } }), enabled: wanted !== undefined })
  const open = items.find(({ id }) => id === wanted) ?? one.data
  const at = items.findIndex(({ id }) => id === open?.id)
  const go = (step: number) => onOpen(items[Math.min(Math.max(at + step, 0), items.length - 1)]?.id)
  useLetterKeys(true, { j: () => go(1), k: () => go(-1) })
  if (!open) {
    const title = which === 'pending' ? 'Nothing waits for you' : 'Nothing was ever asked'
    return <EmptyState title={title}>An agent asks here before it uses a tool that is set to “ask”.</EmptyState>
  }
  return (
    <div className={classes.queue}>
      <ul className={classes.asked} aria-label="Approvals">
        {items.map((approval) => (
          <li key={approval.id}>
            <UnstyledButton className={classes.ask} aria-current={approval.id === open.id} onClick={() => onOpen(approval.id)}>
              <Text size="sm" fw={600} truncate>
                {approval.agent ?? 'Somebody'} · {approval.tool ?? approval.kind}
              </Text>
              <Text size="xs" c="dimmed" lineClamp={2}>
                {approval.effect}
              </Text>
              <WordChip word={approval.state === 'pending' ? riskWords[approval.risk] : approvalWords[approval.state]} />{' '}
              <Text span size="xs" c="dimmed">
                <When at={approval.createdAt} />
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <section className={classes.decision} aria-label="Decision">
        <Decide key={open.id} approval={open} among={items} onRun={onRun} />
      </section>
    </div>
  )
}
