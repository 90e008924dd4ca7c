/** What the whole shell knows: the tenants, which one is on screen, and the commands. */
import { useMantineColorScheme } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { defaultKeybindingsHandlerIgnore, tinykeys } from 'tinykeys'
import { api, switchTenant } from '../../query.ts'
import { useDialogs } from '../../stores/dialogs.ts'
import { useLayout } from '../../stores/layout.ts'
import { useSession } from '../../stores/session.ts'
import { type Command, toCommands } from './commands.ts'

const nobody: never[] = []

/** The tenants, and the one on screen. */
export function useTenants() {
  const query = useQuery(api.tenants.list.queryOptions({ input: {} }))
  const tenantId = useSession((session) => session.tenantId)
  const tenants = query.data?.items ?? nobody
  return { query, tenants, tenant: tenants.find((tenant) => tenant.id === tenantId) }
}

/** Every command that makes sense now. */
export function useCommands(): Command[] {
  const { tenants, tenant } = useTenants()
  const router = useRouter()
  const { setColorScheme } = useMantineColorScheme()
  return useMemo(
    () =>
      toCommands({
        go: (path) => router.history.push(path),
        tenants,
        tenant,
        switchTenant,
        openPalette: () => spotlight.open(),
        showKeys: () => useDialogs.getState().show('keys'),
        newTenant: () => useDialogs.getState().show('new-tenant'),
        toggleSidebar: () => useLayout.getState().toggleSidebar(),
        setScheme: setColorScheme,
        focusFilter: () => document.querySelector<HTMLInputElement>('[data-filter]')?.focus(),
      }),
    [tenants, tenant, router, setColorScheme],
  )
}

/** Binds the keys of all commands. Single letters rest while something is typed or a dialog is open. */
export function useCommandKeys(commands: readonly Command[]): void {
  useEffect(() => {
    const bound = commands.filter((command) => command.keys !== undefined)
    const map = Object.fromEntries(
      bound.map((command) => [
        command.keys ?? '',
        (event: KeyboardEvent) => {
          event.preventDefault()
          command.run()
        },
      ]),
    )
    return tinykeys(window, map, { ignore: rests })
  }, [commands])
}

function rests(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey) return false
  return defaultKeybindingsHandlerIgnore(event) || document.querySelector('[role="dialog"]')?.checkVisibility() === true
}
