/** The first screen on a fresh machine: explore the demo, or set up a tenant. */
import { Button, Container, Group, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useLayout } from '../../stores/layout.ts'
import { SetUpTenant } from './set-up-tenant.tsx'

export function FirstRun() {
  const finish = useLayout((layout) => layout.finishFirstRun)
  const [settingUp, setSettingUp] = useState(false)
  return (
    <Container size={640} pt={96} component="main">
      {settingUp ? (
        <SetUpTenant onBack={() => setSettingUp(false)} />
      ) : (
        <Stack gap="lg">
          <Title order={1}>Atlas UX Control Center</Title>
          <Text>
            Connect the services your agents send through, run what they order, see what became of it, and prove it. Everything
            stays on this machine.
          </Text>
          <Group>
            <Button onClick={finish}>Explore the demo</Button>
            <Button variant="default" onClick={() => setSettingUp(true)}>
              Set up my tenant
            </Button>
          </Group>
          <Text size="sm" c="dimmed">
            The demo is a working tenant whose services are local stand-ins: nothing leaves this machine. You can set up your own
            tenant at any time.
          </Text>
        </Stack>
      )}
    </Container>
  )
}
