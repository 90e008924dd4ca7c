/** Says which tenant is on screen, and switches. */
import { Kbd, Menu, Text, UnstyledButton } from '@mantine/core'
import { IconBuilding, IconFlask, IconPlus, IconSelector } from '@tabler/icons-react'
import { switchTenant } from '../../query.ts'
import { useDialogs } from '../../stores/dialogs.ts'
import { toKeyWords } from './commands.ts'
import { isMac } from './platform.ts'
import classes from './shell.module.css'
import { useTenants } from './use-shell.ts'

export function TenantSwitcher({ collapsed }: { collapsed: boolean }) {
  const { tenants, tenant } = useTenants()
  const show = useDialogs((dialogs) => dialogs.show)
  const Icon = tenant?.demo ? IconFlask : IconBuilding
  const name = tenant?.name ?? 'No tenant'
  return (
    <Menu width={220} position="bottom-start" withinPortal>
      <Menu.Target>
        <UnstyledButton className={classes.tenant} aria-label={`Tenant: ${name}. Switch tenant`}>
          <Icon size={16} stroke={1.5} aria-hidden />
          {collapsed ? null : (
            <>
              <Text fz={13} fw={600} truncate flex={1} ta="left">
                {name}
              </Text>
              <IconSelector size={14} stroke={1.5} aria-hidden />
            </>
          )}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Tenants</Menu.Label>
        {tenants.map((one, index) => (
          <Menu.Item
            key={one.id}
            leftSection={one.demo ? <IconFlask size={14} /> : <IconBuilding size={14} />}
            rightSection={index < 9 ? <Kbd size="xs">{toKeyWords(`$mod+${index + 1}`, isMac)}</Kbd> : undefined}
            onClick={() => switchTenant(one.id)}
            {...(one.id === tenant?.id ? { 'aria-current': true } : {})}
          >
            {one.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconPlus size={14} />} onClick={() => show('new-tenant')}>
          Create a tenant
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
