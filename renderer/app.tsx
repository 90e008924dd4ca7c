/** The page from the outside in: theme, cache, the gate of sign-in and first run, then the router. */
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Tenant } from '#shared/contract/tenants'
import { FirstRun } from './features/first-run/first-run.tsx'
import { useTenants } from './features/shell/use-shell.ts'
import { SignInPage } from './features/sign-in/sign-in-page.tsx'
import { queryClient, switchTenant } from './query.ts'
import { router } from './router.tsx'
import { useLayout } from './stores/layout.ts'
import { useLinkState } from './stores/link-state.ts'
import { useSession } from './stores/session.ts'
import { cssVariablesResolver, theme } from './theme.ts'
import { ConfirmDialog } from './ui/confirm.tsx'
import { QueryState } from './ui/query-state.tsx'

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" limit={3} autoClose={5_000} />
        <Gate />
        <ConfirmDialog />
      </QueryClientProvider>
    </MantineProvider>
  )
}

function Gate() {
  const signedOut = useLinkState((link) => link.status === 'signed_out')
  return signedOut ? <SignInPage /> : <TenantGate />
}

/** Nothing of a tenant is asked before it is certain which tenant is meant. */
function TenantGate() {
  const { query, tenants } = useTenants()
  if (!query.data) return <QueryState query={query}>{() => null}</QueryState>
  return <FirstRunGate tenants={tenants} />
}

/** Whether this is a first run is decided once: the tenant that it creates must not end it half way. */
function FirstRunGate({ tenants }: { tenants: readonly Tenant[] }) {
  const { firstRunDone } = useLayout()
  const [fresh] = useState(() => tenants.every((tenant) => tenant.demo))
  const tenantId = useSession((session) => session.tenantId)
  const known = tenants.some(({ id }) => id === tenantId)
  const fallback = tenants.find((tenant) => !tenant.demo) ?? tenants[0]

  useEffect(() => {
    if (!known && fallback) switchTenant(fallback.id)
  }, [known, fallback])

  if (fresh && !firstRunDone) return <FirstRun />
  if (!known) return null
  return <RouterProvider router={router} key={tenantId} />
}
