/** Who is connected, what was granted, what is missing, and signing in. */
import { List, Stack, Text } from '@mantine/core'
import { Ident } from '../../ui/ident.tsx'
import { When } from '../../ui/when.tsx'
import type { TabProps } from './connection-drawer.tsx'
import { SignIn } from './sign-in.tsx'

export function AccessTab({ provider, connection }: TabProps) {
  const { account, credential, scopes, missingScopes } = connection
  return (
    <Stack gap="md">
      <section>
        <Heading>Account</Heading>
        {account ? (
          <Text size="sm">
            {account.name} <Ident value={account.id} length={24} />
          </Text>
        ) : (
          <Text size="sm" c="dimmed">
            Not known until a call has succeeded.
          </Text>
        )}
      </section>
      <section>
        <Heading>Credential</Heading>
        {credential.set ? (
          <Text size="sm">
            Set: {credential.fields.join(', ')}. Updated <When at={credential.updatedAt} />.{' '}
            {credential.fingerprint ? (
              <>
                Fingerprint <Ident value={credential.fingerprint} />
              </>
            ) : null}
          </Text>
        ) : (
          <Text size="sm" c="dimmed">
            None is stored.
          </Text>
        )}
      </section>
      <section>
        <Heading>Granted scopes</Heading>
        <Scopes scopes={scopes} none={`${provider.name} has told of none.`} />
      </section>
      {missingScopes.length > 0 ? (
        <section>
          <Heading>Missing scopes</Heading>
          <Scopes scopes={missingScopes} none="" />
        </section>
      ) : null}
      {provider.signIn ? <SignIn provider={provider} signIn={provider.signIn} connection={connection} /> : null}
    </Stack>
  )
}

function Heading({ children }: { children: string }) {
  return (
    <Text component="h3" fw={600} size="sm" m={0}>
      {children}
    </Text>
  )
}

function Scopes({ scopes, none }: { scopes: readonly string[]; none: string }) {
  if (scopes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {none}
      </Text>
    )
  }
  return (
    <List size="sm">
      {scopes.map((scope) => (
        <List.Item key={scope}>
          <code>{scope}</code>
        </List.Item>
      ))}
    </List>
  )
}
