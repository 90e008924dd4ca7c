/** One agent: who it is, what it may use and how far, its limits, its runs; changed only by saving. */
import { Button, Group, Stack, Tabs, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Agent } from '#shared/contract/agents'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { confirm } from '../../ui/confirm.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { WordChip } from '../../ui/status-chip.tsx'
import { changesOf, type ProfileDraft } from './agent-changes.ts'
import { agentWords } from './agent-words.ts'
import { LimitFields } from './limit-fields.tsx'
import { ProfileFields } from './profile-fields.tsx'
import { RunsOf } from './runs-of.tsx'
import { ToolFields } from './tool-fields.tsx'

export interface AgentDrawerProps {
  id: string
  onRun: (id: string) => void
  onClose: () => void
}

export function AgentDrawer({ id, onRun, onClose }: AgentDrawerProps) {
  const agent = useQuery(api.agents.get.queryOptions({ input: { id } }))
  return (
    <Drawer
      title={agent.data?.name ?? id}
      actions={agent.data ? <WordChip word={agentWords[agent.data.state]} /> : null}
      onClose={onClose}
    >
      <QueryState query={agent}>{(found) => <Detail agent={found} onRun={onRun} onClose={onClose} />}</QueryState>
    </Drawer>
  )
}

function Detail({ agent, onRun, onClose }: { agent: Agent; onRun: (id: string) => void; onClose: () => void }) {
  const [draft, setDraft] = useState<ProfileDraft>({})
  const change = (part: ProfileDraft) => setDraft((old) => ({ ...old, ...part }))
  const fields = { agent, draft, onChange: change }
  return (
    <Stack gap="sm">
      {agent.why ? <Text size="sm">{agent.why}</Text> : null}
      <Acts agent={agent} onClose={onClose} />
      <Save agent={agent} draft={draft} onSaved={() => setDraft({})} />
      <Tabs defaultValue="profile" keepMounted={false}>
        <Tabs.List aria-label={agent.name}>
          <Tabs.Tab value="profile">Profile</Tabs.Tab>
          <Tabs.Tab value="tools">Tools</Tabs.Tab>
          <Tabs.Tab value="limits">Limits</Tabs.Tab>
          <Tabs.Tab value="runs">Runs</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="profile" pt="sm">
          <ProfileFields {...fields} />
        </Tabs.Panel>
        <Tabs.Panel value="tools" pt="sm">
          <ToolFields {...fields} />
        </Tabs.Panel>
        <Tabs.Panel value="limits" pt="sm">
          <LimitFields {...fields} />
        </Tabs.Panel>
        <Tabs.Panel value="runs" pt="sm">
          <RunsOf agent={agent} onRun={onRun} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  )
}

/** What is not saved yet, and saving it; what the engine refuses is told beside it. */
function Save({ agent, draft, onSaved }: { agent: Agent; draft: ProfileDraft; onSaved: () => void }) {
  const save = useMutation(
    api.agents.update.mutationOptions({
      onSuccess: (next) => {
        queryClient.setQueryData(api.agents.get.queryKey({ input: { id: agent.id } }), next)
        void queryClient.invalidateQueries({ queryKey: api.agents.list.key() })
        onSaved()
      },
    }),
  )
  const changes = changesOf(agent, draft)
  if (changes.length === 0 && !save.error) return null
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">Not saved yet: {changes.join(', ')}.</Text>
      <Group gap="xs">
        <Button loading={save.isPending} disabled={changes.length === 0} onClick={() => save.mutate({ id: agent.id, ...draft })}>
          Save {agent.name}
        </Button>
        <Button variant="default" onClick={onSaved}>
          Discard changes
        </Button>
      </Group>
      {save.error ? <FailurePanel failure={failureOf(save.error)} live /> : null}
    </Stack>
  )
}

function Acts({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const refresh = () => {
    void queryClient.invalidateQueries({ queryKey: api.agents.key() })
    void queryClient.invalidateQueries({ queryKey: api.jobs.pauses.key() })
  }
  const pauses = useQuery(api.jobs.pauses.queryOptions({ input: {} }))
  const pause = useMutation(api.jobs.pause.mutationOptions({ onSuccess: refresh }))
  const remove = useMutation(api.agents.remove.mutationOptions({ onSuccess: refresh }))
  const mine = pauses.data?.items.some(({ scope, target }) => scope === 'agent' && target === agent.id) ?? false
  const leave = async () => {
    const agreed = await confirm({
      title: `Take ${agent.name} off the roster?`,
      consequence: 'It gets no more work. What it did stays on record, and what it has ordered goes on.',
      action: `Take ${agent.name} off`,
      danger: true,
    })
    if (agreed) remove.mutate({ id: agent.id }, { onSuccess: onClose })
  }
  const error = pause.error ?? remove.error
  return (
    <>
      <Group gap="xs">
        <Button
          variant="default"
          disabled={!pauses.data}
          loading={pause.isPending}
          onClick={() => pause.mutate({ scope: 'agent', target: agent.id, paused: !mine })}
        >
          {mine ? 'Resume' : 'Pause'} {agent.name}
        </Button>
        <Button variant="subtle" color="bad" loading={remove.isPending} onClick={() => void leave()}>
          Take off the roster…
        </Button>
      </Group>
      {error ? <FailurePanel failure={failureOf(error)} live /> : null}
    </>
  )
}
