/** Publishing: writing posts, planning them, and what became of each. */
import { Badge, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { api } from '../../query.ts'
import { Page } from '../../ui/page.tsx'
import { JobDrawer } from '../jobs/job-drawer.tsx'
import { CalendarTab } from './calendar-tab.tsx'
import { CampaignDrawer } from './campaign-drawer.tsx'
import { CampaignsTab } from './campaigns-tab.tsx'
import { ComposeTab } from './compose-tab.tsx'
import { OutcomesTab } from './outcomes-tab.tsx'
import classes from './publishing.module.css'
import type { PublishingSearch } from './publishing-search.ts'

const route = getRouteApi('/publishing')

export interface PublishingTabProps {
  search: PublishingSearch
  onChange: (part: Partial<PublishingSearch>) => void
}

export function PublishingPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (part: Partial<PublishingSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })
  const { tab = 'compose' } = search
  const tabProps = { search, onChange: change }
  const unknown = useQuery(api.jobs.count.queryOptions({ input: { kind: 'SOCIAL_POST', state: 'unknown' } }))
  const open = unknown.data?.count ?? 0
  return (
    <Page
      title="Publishing"
      lead="Checked against each platform's own limits while you write. A post counts as published when the platform says it is live."
      bleed
      aside={<Aside {...tabProps} />}
    >
      <Tabs
        className={classes.tabs}
        value={tab}
        onChange={(next) => change({ tab: (next ?? 'compose') as PublishingSearch['tab'] })}
        keepMounted={false}
      >
        <Tabs.List aria-label="Publishing" px="md">
          <Tabs.Tab value="compose">Compose</Tabs.Tab>
          <Tabs.Tab value="calendar">Calendar</Tabs.Tab>
          <Tabs.Tab value="campaigns">Campaigns</Tabs.Tab>
          <Tabs.Tab value="outcomes" rightSection={open > 0 ? <Badge size="sm">{open}</Badge> : null}>
            Outcomes
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="compose" className={classes.panel}>
          <ComposeTab {...tabProps} />
        </Tabs.Panel>
        <Tabs.Panel value="calendar" className={classes.panel}>
          <CalendarTab {...tabProps} />
        </Tabs.Panel>
        <Tabs.Panel value="campaigns" className={classes.panel}>
          <CampaignsTab {...tabProps} />
        </Tabs.Panel>
        <Tabs.Panel value="outcomes" className={classes.panel}>
          <OutcomesTab {...tabProps} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

function Aside({ search: { id, campaign }, onChange }: PublishingTabProps) {
  if (id) return <JobDrawer key={id} id={id} onClose={() => onChange({ id: undefined })} />
  if (!campaign) return null
  return (
    <CampaignDrawer
      key={campaign}
      id={campaign}
      onPost={(next) => onChange({ id: next })}
      onClose={() => onChange({ campaign: undefined })}
    />
  )
}
