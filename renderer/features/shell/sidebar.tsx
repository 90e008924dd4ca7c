/** The areas, the tenant above them, the bell and settings below. */
import { ActionIcon, Group, Kbd, Text, Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { spotlight } from '@mantine/spotlight'
import { IconCommand, IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { narrowWindow, useLayout } from '../../stores/layout.ts'
import { type Area, areas } from './areas.ts'
import { type Command, toKeyWords } from './commands.ts'
import { NoticeBell } from './notice-bell.tsx'
import { isMac } from './platform.ts'
import classes from './shell.module.css'
import { TenantSwitcher } from './tenant-switcher.tsx'
import { useTenants } from './use-shell.ts'

export function Sidebar({ commands }: { commands: readonly Command[] }) {
  const { sidebarCollapsed, sidebarPeek, toggleSidebar } = useLayout()
  const narrow = useMediaQuery(narrowWindow, false, { getInitialValueInEffect: false })
  const collapsed = narrow ? !sidebarPeek : sidebarCollapsed
  const { tenant } = useTenants()
  const shown = areas.filter((area) => !area.demoOnly || tenant?.demo === true)
  const keyOf = (id: string) => toKeyWords(commands.find((command) => command.id === id)?.keys ?? '', isMac)
  const draw = (area: Area) => <AreaLink key={area.path} area={area} collapsed={collapsed} keys={keyOf(`go${area.path}`)} />
  const fold = collapsed ? 'Expand the sidebar' : 'Collapse the sidebar'
  return (
    <nav className={classes.sidebar} data-collapsed={collapsed || undefined} aria-label="Areas">
      <TenantSwitcher collapsed={collapsed} />
      <div style={{ height: 8 }} />
      {shown.filter((area) => !area.foot).map(draw)}
      <div className={classes.spring} />
      {shown.filter((area) => area.foot).map(draw)}
      <Group gap={4} justify={collapsed ? 'center' : 'space-between'}>
        <NoticeBell />
        <Tooltip label={`Commands (${keyOf('palette')})`}>
          <ActionIcon aria-label="Commands" onClick={() => spotlight.open()}>
            <IconCommand size={16} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={`${fold} (${keyOf('sidebar')})`}>
          <ActionIcon aria-label={fold} aria-expanded={!collapsed} onClick={toggleSidebar}>
            {collapsed ? (
              <IconLayoutSidebarLeftExpand size={16} stroke={1.5} />
            ) : (
              <IconLayoutSidebarLeftCollapse size={16} stroke={1.5} />
            )}
          </ActionIcon>
        </Tooltip>
      </Group>
    </nav>
  )
}

function AreaLink({ area, collapsed, keys }: { area: Area; collapsed: boolean; keys: string }) {
  const { icon: Icon, title, path } = area
  const label = (
    <Group gap={8} wrap="nowrap">
      <Text size="xs">{title}</Text>
      <Kbd size="xs">{keys}</Kbd>
    </Group>
  )
  return (
    <Tooltip label={label} position="right">
      <Link to={path} className={classes.link} aria-label={title}>
        <Icon size={16} stroke={1.5} aria-hidden />
        {collapsed ? null : title}
      </Link>
    </Tooltip>
  )
}
