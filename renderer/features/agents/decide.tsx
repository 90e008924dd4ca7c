/** One approval whole: what would happen to the letter, what it costs, until when, and the ways to decide. */
import { Anchor, Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Approval } from '#shared/contract/approvals'
import { failureOf } from '../../rpc.ts'
import { confirm } from '../../ui/confirm.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { Ident } from '../../ui/ident.tsx'
import { WordChip } from '../../ui/status-chip.tsx'
import { When } from '../../ui/when.tsx'
import { toMoney } from '../ai/money.ts'
import { approvalWords, riskWords } from './agent-words.ts'
import { EditPayload } from './edit-payload.tsx'
import { useLetterKeys } from './letter-keys.ts'
import { Payload } from './payload.tsx'
import { useDecision } from './use-decision.ts'
import { WordDiff } from './word-diff.tsx'

export interface DecideProps {
  approval: Approval
  /** All that wait, for deciding alike ones together. */
  among: readonly Approval[]
  onRun: (id: string) => void
}

export function Decide({ approval, among, onRun }: DecideProps) {
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <WordChip word={approvalWords[approval.state]} />
        <WordChip word={riskWords[approval.risk]} />
      </Group>
      <Text fw={600}>{approval.effect}</Text>
      <Text size="sm" c="dimmed">
        {approval.why}
      </Text>
      {approval.state === 'pending' ? <Open approval={approval} among={among} /> : <Decided approval={approval} />}
      <Group gap="md">
        {approval.run ? (
          <Anchor component="button" type="button" size="sm" onClick={() => onRun(approval.run ?? '')}>
            Open its run
          </Anchor>
        ) : null}
        <Anchor href={`#/jobs?id=${approval.job}`} size="sm">
          Its job
        </Anchor>
        <Anchor href={`#/audit?target=${approval.id}`} size="sm">
          Its events
        </Anchor>
      </Group>
    </Stack>
  )
}

function Decided({ approval }: { approval: Approval }) {
  const { decidedBy, decidedVia, decidedAt, note, original, payload, hash } = approval
  return (
    <Stack gap="xs">
      <Text size="sm">
        {approvalWords[approval.state].word} by {decidedBy ?? 'nobody'} <When at={decidedAt} />
        {decidedVia ? `, ${decidedVia}` : ''}.{note ? ` “${note}”` : ''}
      </Text>
      {original ? <WordDiff before={original} after={payload} /> : <Payload title="Payload" value={payload} />}
      <Text size="xs" c="dimmed" component="div">
        Hash in the audit log: <Ident value={hash} />
      </Text>
    </Stack>
  )
}

type Mode = 'look' | 'edit' | 'reject'

function Open({ approval, among }: { approval: Approval; among: readonly Approval[] }) {
  const [mode, setMode] = useState<Mode>('look')
  const { decide, bulk, error, busy } = useDecision()
  const { id, hash } = approval
  const approve = () => decide.mutate({ id, hash, decision: 'approve', via: 'screen' })
  useLetterKeys(mode === 'look' && !busy, { a: approve, e: () => setMode('edit'), x: () => setMode('reject') })
  return (
    <Stack gap="sm">
      <Text size="sm">
        {approval.costUsd === null ? 'No known cost.' : `Costs ${toMoney(approval.costUsd)}.`} Called off by itself{' '}
        <When at={approval.expiresAt} />.
      </Text>
      {mode === 'edit' ? (
        <EditPayload
          payload={approval.payload}
          busy={busy}
          onCancel={() => setMode('look')}
          onApprove={(edit) => decide.mutate({ id, hash, decision: 'approve', edit, via: 'screen' })}
        />
      ) : (
        <Payload title="Payload" value={approval.payload} />
      )}
      {mode === 'look' ? (
        <Ways busy={busy} onApprove={approve} onMode={setMode}>
          <Always
            approval={approval}
            busy={busy}
            onAlways={() => decide.mutate({ id, hash, decision: 'approve', always: true, via: 'screen' })}
          />
        </Ways>
      ) : null}
      {mode === 'reject' ? (
        <Reject
          busy={busy}
          onCancel={() => setMode('look')}
          onReject={(note) => decide.mutate({ id, hash, decision: 'reject', note, via: 'screen' })}
        />
      ) : null}
      <Alike
        approval={approval}
        among={among}
        busy={busy}
        onAll={(ids, decision) => bulk.mutate({ ids, decision, via: 'screen' })}
      />
      {error ? <FailurePanel failure={failureOf(error)} live /> : null}
      {bulk.data && bulk.data.skipped.length > 0 ? (
        <Text size="sm" role="status">
          {bulk.data.skipped.length} were not decided: {bulk.data.skipped[0]?.why}
        </Text>
      ) : null}
      <Text size="xs" c="dimmed">
        A approves, E edits, X rejects, J and K go on.
      </Text>
    </Stack>
  )
}

interface WaysProps {
  busy: boolean
  onApprove: () => void
  onMode: (mode: Mode) => void
  children: ReactNode
}

function Ways({ busy, onApprove, onMode, children }: WaysProps) {
  return (
    <Group gap="xs">
      <Button onClick={onApprove} loading={busy} aria-keyshortcuts="a">
        Approve
      </Button>
      <Button variant="default" onClick={() => onMode('edit')} disabled={busy} aria-keyshortcuts="e">
        Edit…
      </Button>
      <Button variant="default" onClick={() => onMode('reject')} disabled={busy} aria-keyshortcuts="x">
        Reject…
      </Button>
      {children}
    </Group>
  )
}

function Always({ approval: { agent, tool }, busy, onAlways }: { approval: Approval; busy: boolean; onAlways: () => void }) {
  if (!agent || !tool) return null
  const ask = async () => {
    const agreed = await confirm({
      title: `Always allow ${tool} for ${agent}?`,
      consequence: `This one goes out now, and from now on ${agent} uses ${tool} without asking, within its limits of the day. What it does after reading content from outside is still asked. You can take it back under Tools.`,
      action: `Approve and always allow`,
    })
    if (agreed) onAlways()
  }
  return (
    <Button variant="subtle" disabled={busy} onClick={() => void ask()}>
      Always allow…
    </Button>
  )
}

function Reject({ busy, onReject, onCancel }: { busy: boolean; onReject: (note: string) => void; onCancel: () => void }) {
  const [note, setNote] = useState('')
  return (
    <Stack gap="xs">
      <Textarea
        label="Why not"
        description="The agent is told, and it stands in the record."
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={2_000}
        autosize
        minRows={2}
        data-autofocus
      />
      <Group gap="xs">
        <Button loading={busy} onClick={() => onReject(note)}>
          Reject
        </Button>
        <Button variant="default" onClick={onCancel}>
          Back
        </Button>
      </Group>
    </Stack>
  )
}

interface AlikeProps extends Pick<DecideProps, 'approval' | 'among'> {
  busy: boolean
  onAll: (ids: string[], decision: 'approve' | 'reject') => void
}

/** Several at once only where they are of the same agent and tool; the number is said before. */
function Alike({ approval, among, busy, onAll }: AlikeProps) {
  const same = among.filter(
    ({ state, agent, tool, kind }) =>
      state === 'pending' && agent === approval.agent && tool === approval.tool && kind === approval.kind,
  )
  if (same.length < 2) return null
  const ids = same.slice(0, 50).map(({ id }) => id)
  const ask = async (decision: 'approve' | 'reject') => {
    const verb = decision === 'approve' ? 'Approve' : 'Reject'
    const agreed = await confirm({
      title: `${verb} ${ids.length} at once?`,
      consequence: `All ${ids.length} uses of ${approval.tool ?? approval.kind} that ${approval.agent ?? 'they'} asks for, as they stand in the list.`,
      action: `${verb} ${ids.length}`,
    })
    if (agreed) onAll(ids, decision)
  }
  return (
    <Group gap="xs">
      <Button variant="default" disabled={busy} onClick={() => void ask('approve')}>
        Approve all {ids.length} like this…
      </Button>
      <Button variant="default" disabled={busy} onClick={() => void ask('reject')}>
        Reject all {ids.length}…
      </Button>
    </Group>
  )
}
