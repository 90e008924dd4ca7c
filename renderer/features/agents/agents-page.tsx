/** Agents: who works here, what they do, what they ask, and what it costs. */
import { Badge, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { api } from '../../query.ts'
import { Page } from '../../ui/page.tsx'
import { AgentDrawer } from './agent-drawer.tsx'
import type { AgentsSearch } from './agents-search.ts'
import { ApprovalsTab } from './approvals-tab.tsx'
import { CostsTab } from './costs-tab.tsx'
import { GiveWork } from './give-work.tsx'
import { RosterFile } from './roster-file.tsx'
import { RosterTab } from './roster-tab.tsx'
import { RunDrawer } from './run-drawer.tsx'
import { RunsTab } from './runs-tab.tsx'

const route = getRouteApi('/agents')

export function AgentsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (part: Partial<AgentsSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })
  const { tab = 'roster', id } = search
  const pending = useQuery(api.approvals.list.queryOptions({ input: { state: 'pending', limit: 200 } }))
  const waiting = pending.data?.items.length ?? 0
  return (
    <Page
      title="Agents"
      lead="Each works through the same queue, limits and record as everybody else. What they may do alone, you decide tool by tool."
      actions={
        <>
          <RosterFile />
          <GiveWork agent={search.agent ?? id} onBegun={(next) => change({ tab: 'runs', run: next, id: undefined })} />
        </>
      }
      aside={<Aside search={search} onChange={change} />}
      bleed
    >
      <Tabs value={tab} onChange={(next) => change({ tab: (next ?? 'roster') as AgentsSearch['tab'] })} keepMounted={false}>
        <Tabs.List aria-label="Agents" px="md">
          <Tabs.Tab value="roster">Roster</Tabs.Tab>
          <Tabs.Tab value="runs">Runs</Tabs.Tab>
          <Tabs.Tab value="approvals" rightSection={waiting > 0 ? <Badge size="sm">{waiting}</Badge> : null}>
            Approvals
          </Tabs.Tab>
          <Tabs.Tab value="costs">Costs</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="roster">
          <RosterTab openId={id} onOpen={(next) => change({ id: next, run: undefined })} />
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <RunsTab search={search} onChange={change} />
        </Tabs.Panel>
        <Tabs.Panel value="approvals">
          <ApprovalsTab
            openId={search.approval}
            onOpen={(next) => change({ approval: next })}
            onRun={(next) => change({ run: next })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="costs" p="md">
          <CostsTab by={search.by ?? 'agent'} onBy={(by) => change({ by })} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

function Aside({ search: { id, run }, onChange }: { search: AgentsSearch; onChange: (part: Partial<AgentsSearch>) => void }) {
  const onRun = (next: string) => onChange({ run: next })
  if (run) return <RunDrawer key={run} id={run} onRun={onRun} onClose={() => onChange({ run: undefined })} />
  return id ? <AgentDrawer key={id} id={id} onRun={onRun} onClose={() => onChange({ id: undefined })} /> : null
}
