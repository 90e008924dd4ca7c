/** The one registry of commands. Palette, keys, tooltips and the cheat sheet are drawn from it, so they cannot drift apart. */
import type { Tenant } from '#shared/contract/tenants'
import { areas } from './areas.ts'

/** What commands may do; the shell hands it in. */
export interface CommandWorld {
  go: (path: string) => void
  tenants: readonly Tenant[]
  tenant: Tenant | undefined
  switchTenant: (tenantId: string) => void
  openPalette: () => void
  showKeys: () => void
  newTenant: () => void
  toggleSidebar: () => void
  setScheme: (scheme: 'light' | 'dark' | 'auto') => void
  focusFilter: () => void
}

export interface Command {
  id: string
  title: string
  group: 'Go to' | 'Do' | 'Tenant' | 'View'
  /** As tinykeys reads it. */
  keys?: string
  /** Words that find it too. */
  words?: string[]
  run: () => void
}

/** Every command that makes sense now. */
export function toCommands(world: CommandWorld): Command[] {
  return [...goCommands(world), ...doCommands(world), ...tenantCommands(world), ...viewCommands(world)]
}

function goCommands({ go, tenant }: CommandWorld): Command[] {
  return areas
    .filter((area) => !area.demoOnly || tenant?.demo === true)
    .map((area) => ({
      id: `go${area.path}`,
      title: area.title,
      group: 'Go to',
      keys: `g ${area.letter}`,
      run: () => go(area.path),
    }))
}

function doCommands({ go, openPalette, focusFilter, newTenant }: CommandWorld): Command[] {
  return [
    {
      id: 'message',
      title: 'New message',
      group: 'Do',
      keys: 'c',
      words: ['compose', 'send'],
      run: () => go('/messaging?compose=1'),
    },
    { id: 'filter', title: 'Filter this screen', group: 'Do', keys: '[Shift]+/', run: focusFilter },
    { id: 'palette', title: 'Open the command palette', group: 'Do', keys: '$mod+k', run: openPalette },
    { id: 'failed', title: 'Failed jobs', group: 'Do', words: ['dead letters'], run: () => go('/jobs?state=failed') },
    { id: 'unknown', title: 'Jobs with an unknown outcome', group: 'Do', run: () => go('/jobs?state=unknown') },
    { id: 'new-tenant', title: 'Create a tenant', group: 'Tenant', run: newTenant },
  ]
}

function tenantCommands({ tenants, switchTenant }: CommandWorld): Command[] {
  return tenants.map((tenant, index) => ({
    id: `tenant:${tenant.id}`,
    title: `Switch to ${tenant.name}`,
    group: 'Tenant',
    ...(index < 9 ? { keys: `$mod+${index + 1}` } : {}),
    run: () => switchTenant(tenant.id),
  }))
}

function viewCommands({ setScheme, toggleSidebar, showKeys }: CommandWorld): Command[] {
  return [
    { id: 'scheme:light', title: 'Light colours', group: 'View', words: ['theme'], run: () => setScheme('light') },
    { id: 'scheme:dark', title: 'Dark colours', group: 'View', words: ['theme'], run: () => setScheme('dark') },
    { id: 'scheme:auto', title: 'Colours as the system has them', group: 'View', words: ['theme'], run: () => setScheme('auto') },
    { id: 'sidebar', title: 'Collapse or expand the sidebar', group: 'View', keys: '$mod+b', run: toggleSidebar },
    { id: 'keys', title: 'Show all keys', group: 'View', keys: '[Shift]+?', words: ['help', 'shortcuts'], run: showKeys },
  ]
}

/** "$mod+k" as "Ctrl K", "g i" as "G then I". */
export function toKeyWords(keys: string, mac: boolean): string {
  return keys
    .split(' ')
    .map((press) =>
      press
        .replace('$mod', mac ? '⌘' : 'Ctrl')
        .replace('[Shift]+', '')
        .split('+')
        .map((key) => (key.length === 1 ? key.toUpperCase() : key))
        .join(' '),
    )
    .join(' then ')
}
