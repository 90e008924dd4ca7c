/** Models: how their providers do, who is asked for what, what it costs, and a place to try them. */
import { Tabs } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { Page } from '../../ui/page.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import classes from './ai.module.css'
import type { AiSearch } from './ai-search.ts'
import { CostTab } from './cost-tab.tsx'
import { Playground } from './playground.tsx'
import { ProvidersTab } from './providers-tab.tsx'
import { RoutingTab } from './routing-tab.tsx'

const route = getRouteApi('/ai')
const tabs = [
  ['providers', 'Providers'],
  ['routing', 'Routing'],
  ['cost', 'Cost'],
  ['playground', 'Playground'],
] as const

export function AiPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (part: Partial<AiSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })
  const tab = search.tab ?? 'providers'
  const title = tabs.find(([name]) => name === tab)?.[1]
  return (
    <Page
      title="AI providers"
      lead="Every question goes to the first model that the policy prefers and that can take it; each decision says why."
      bleed
    >
      <Tabs value={tab} onChange={(value) => change({ tab: tabs.find(([name]) => name === value)?.[0] })} px={20}>
        <Tabs.List aria-label="AI providers">
          {tabs.map(([name, label]) => (
            <Tabs.Tab key={name} value={name} aria-controls={undefined}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <ScrollRegion className={classes.pane} aria-label={title}>
        {tab === 'providers' ? <ProvidersTab /> : null}
        {tab === 'routing' ? <RoutingTab task={search.task} onTask={(task) => change({ task })} /> : null}
        {tab === 'cost' ? <CostTab by={search.by ?? 'provider'} onBy={(by) => change({ by })} /> : null}
        {tab === 'playground' ? <Playground /> : null}
      </ScrollRegion>
    </Page>
  )
}
