/** The frame around every screen: sidebar, bands, content, status bar, palette and dialogs. */
import { Outlet } from '@tanstack/react-router'
import { Bands } from './bands.tsx'
import { KeysDialog } from './keys-dialog.tsx'
import { NewTenantDialog } from './new-tenant-dialog.tsx'
import { Palette } from './palette.tsx'
import classes from './shell.module.css'
import { Sidebar } from './sidebar.tsx'
import { StatusBar } from './status-bar.tsx'
import { useCommandKeys, useCommands, useTenants } from './use-shell.ts'
import { VaultDialog } from './vault-dialog.tsx'

export function Shell() {
  const commands = useCommands()
  useCommandKeys(commands)
  const { tenant } = useTenants()
  return (
    <div className={classes.shell}>
      <button type="button" className={classes.skip} onClick={toContent}>
        Skip to content
      </button>
      <div className={classes.bar} style={{ background: tenantColour(tenant?.id, tenant?.demo === true) }} />
      <Bands tenant={tenant} />
      <div className={classes.middle}>
        <Sidebar commands={commands} />
        <div className={classes.content}>
          <Outlet />
        </div>
      </div>
      <StatusBar />
      <Palette commands={commands} />
      <KeysDialog commands={commands} />
      <NewTenantDialog />
      <VaultDialog />
    </div>
  )
}

/** The address holds the route, so the jump is made by hand. */
function toContent(): void {
  document.getElementById('content')?.focus()
}

/** A fixed hue for each tenant, so that a glance tells where one is; the sandbox has its own. */
function tenantColour(tenantId: string | undefined, demo: boolean): string {
  if (demo) return 'var(--atlas-human)'
  let hash = 0
  for (const letter of tenantId ?? '') hash = (hash * 31 + letter.charCodeAt(0)) % 360
  return `hsl(${hash} 55% 50%)`
}
