/** Every place in the product. Filters are search parameters, so every view can be linked to, and survives a reload. */
import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  parseSearchWith,
  redirect,
  stringifySearchWith,
} from '@tanstack/react-router'
import { AgentsSearch } from './features/agents/agents-search.ts'
import { AiSearch } from './features/ai/ai-search.ts'
import { AuditSearch } from './features/audit/audit-search.ts'
import { BillingSearch } from './features/billing/billing-search.ts'
import { FilesSearch } from './features/files/files-search.ts'
import { IntegrationsPage } from './features/integrations/integrations-page.tsx'
import { IntegrationsSearch } from './features/integrations/integrations-search.ts'
import { JobsSearch } from './features/jobs/jobs-search.ts'
import { MessagingSearch } from './features/messaging/messaging-search.ts'
import { PublishingSearch } from './features/publishing/publishing-search.ts'
import { SandboxSearch } from './features/sandbox/sandbox-search.ts'
import { NotFound } from './features/shell/not-found.tsx'
import { ScreenBroke } from './features/shell/screen-broke.tsx'
import { Shell } from './features/shell/shell.tsx'

const root = createRootRoute({ component: Shell })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/overview' })
  },
})

const overview = createRoute({
  getParentRoute: () => root,
  path: '/overview',
  component: lazyRouteComponent(() => import('./features/overview/overview-page.tsx'), 'OverviewPage'),
})

const integrations = createRoute({
  getParentRoute: () => root,
  path: '/integrations',
  validateSearch: IntegrationsSearch,
  beforeLoad: ({ search: { provider, ...search } }) => {
    if (provider) throw redirect({ to: '/integrations/$provider', params: { provider }, search })
  },
  component: IntegrationsPage,
})

/** The inspector of one provider; the list above it stays as it is. */
const integration = createRoute({ getParentRoute: () => integrations, path: '/$provider' })

const messaging = createRoute({
  getParentRoute: () => root,
  path: '/messaging',
  validateSearch: MessagingSearch,
  component: lazyRouteComponent(() => import('./features/messaging/messaging-page.tsx'), 'MessagingPage'),
})

const publishing = createRoute({
  getParentRoute: () => root,
  path: '/publishing',
  validateSearch: PublishingSearch,
  component: lazyRouteComponent(() => import('./features/publishing/publishing-page.tsx'), 'PublishingPage'),
})

const agents = createRoute({
  getParentRoute: () => root,
  path: '/agents',
  validateSearch: AgentsSearch,
  component: lazyRouteComponent(() => import('./features/agents/agents-page.tsx'), 'AgentsPage'),
})

const jobs = createRoute({
  getParentRoute: () => root,
  path: '/jobs',
  validateSearch: JobsSearch,
  component: lazyRouteComponent(() => import('./features/jobs/jobs-page.tsx'), 'JobsPage'),
})

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: AuditSearch,
  component: lazyRouteComponent(() => import('./features/audit/audit-page.tsx'), 'AuditPage'),
})

const files = createRoute({
  getParentRoute: () => root,
  path: '/files',
  validateSearch: FilesSearch,
  component: lazyRouteComponent(() => import('./features/files/files-page.tsx'), 'FilesPage'),
})

const ai = createRoute({
  getParentRoute: () => root,
  path: '/ai',
  validateSearch: AiSearch,
  component: lazyRouteComponent(() => import('./features/ai/ai-page.tsx'), 'AiPage'),
})

const billing = createRoute({
  getParentRoute: () => root,
  path: '/billing',
  validateSearch: BillingSearch,
  component: lazyRouteComponent(() => import('./features/billing/billing-page.tsx'), 'BillingPage'),
})

const sandbox = createRoute({
  getParentRoute: () => root,
  path: '/sandbox',
  validateSearch: SandboxSearch,
  component: lazyRouteComponent(() => import('./features/sandbox/sandbox-page.tsx'), 'SandboxPage'),
})

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./features/settings/settings-page.tsx'), 'SettingsPage'),
})

/** One section of the settings. */
const settingsSection = createRoute({ getParentRoute: () => settings, path: '/$section' })

const routeTree = root.addChildren([
  home,
  overview,
  integrations.addChildren([integration]),
  messaging,
  publishing,
  agents,
  jobs,
  files,
  audit,
  ai,
  billing,
  sandbox,
  settings.addChildren([settingsSection]),
])

/** The router. Search values are plain texts, so that an address reads as it is written: `?state=failed&text=123`. */
export const router = createRouter({
  routeTree,
  history: createHashHistory(),
  defaultPreload: 'intent',
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: ScreenBroke,
  parseSearch: parseSearchWith((value) => value),
  stringifySearch: stringifySearchWith(String),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
