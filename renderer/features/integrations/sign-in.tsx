/** Signing in with a browser, stage by stage as the contract names them. */
import { Button, CopyButton, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Connection, SignInStatus } from '#shared/contract/connections'
import type { Provider } from '#shared/contract/providers'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { useNow } from '../../stores/clock.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { toSpan } from '../../ui/relative.ts'
import { PasteAddress } from './paste-address.tsx'

export interface SignInProps {
  provider: Provider
  signIn: NonNullable<Provider['signIn']>
  connection: Connection
}

export function SignIn({ provider, signIn, connection }: SignInProps) {
  const input = { provider: provider.id }
  const status = useQuery(api.oauth.status.queryOptions({ input }))
  const show = (next: SignInStatus) => queryClient.setQueryData(api.oauth.status.queryKey({ input }), next)
  const start = useMutation(
    api.oauth.start.mutationOptions({
      onSuccess: (begun) => {
        show({ stage: 'waiting', ...begun })
        openInBrowser(begun.authorizationUrl)
      },
    }),
  )
  const cancel = useMutation(api.oauth.cancel.mutationOptions({ onSuccess: show }))
  const answer = useMutation(api.oauth.confirm.mutationOptions({ onSuccess: show }))
  const paste = useMutation(api.oauth.paste.mutationOptions({ onSuccess: show }))
  const error = start.error ?? cancel.error ?? answer.error ?? paste.error
  const begin = (replaceAccount: boolean) => start.mutate({ ...input, ...(replaceAccount ? { replaceAccount } : {}) })
  return (
    <section>
      <Text component="h3" fw={600} size="sm" m={0} mb={4}>
        {signIn.title}
      </Text>
      <QueryState query={status} rows={2}>
        {(stage) => (
          <Stage
            status={stage}
            provider={provider}
            signIn={signIn}
            canStart={connection.credential.set}
            hasAccount={connection.account !== null}
            scopes={connection.requiredScopes}
            missing={connection.missingScopes}
            busy={start.isPending || cancel.isPending || answer.isPending || paste.isPending}
            onStart={begin}
            onCancel={() => cancel.mutate(input)}
            onAnswer={(replace) => answer.mutate({ ...input, replace })}
            onPaste={(address) => paste.mutate({ ...input, address })}
          />
        )}
      </QueryState>
      {error ? <FailurePanel failure={failureOf(error)} live /> : null}
    </section>
  )
}

/** The desktop hands new windows to the system's browser. */
function openInBrowser(url: string): void {
  window.open(url, '_blank', 'noreferrer')
}

const elsewhere = 'Only needed where the browser could not come back by itself, for instance on another machine.'

interface StageProps {
  status: SignInStatus
  provider: Provider
  signIn: NonNullable<Provider['signIn']>
  canStart: boolean
  hasAccount: boolean
  busy: boolean
  onStart: (replaceAccount: boolean) => void
  onCancel: () => void
  onAnswer: (replace: boolean) => void
  onPaste: (address: string) => void
  /** Asked for with the settings as they are, and of those what was not granted. */
  scopes: readonly string[]
  missing: readonly string[]
}

function Stage(props: StageProps) {
  const { status, provider, onAnswer, busy } = props
  if (status.stage === 'waiting') return <Waiting {...props} />
  if (status.stage === 'finishing') return <Text size="sm">{provider.name} has answered; the sign-in is being completed.</Text>
  if (status.stage === 'confirm_account') {
    return (
      <Stack gap="xs">
        <Text size="sm">
          Connected is {status.expected ?? 'another account'}, but {status.got ?? 'a different account'} signed in. Nothing has
          been changed yet.
        </Text>
        <Group gap="xs">
          <Button variant="default" onClick={() => onAnswer(false)} disabled={busy}>
            Keep {status.expected ?? 'the old account'}
          </Button>
          <Button color="warn" variant="light" onClick={() => onAnswer(true)} disabled={busy}>
            Replace by {status.got ?? 'the new account'}
          </Button>
        </Group>
      </Stack>
    )
  }
  return <Ready {...props} />
}

function Ready({ status, provider, signIn, canStart, hasAccount, busy, onStart, scopes, missing }: StageProps) {
  const redirect = status.redirectUri ?? signIn.redirect
  return (
    <Stack gap="xs">
      {status.stage === 'failed' && status.failure ? <FailurePanel failure={status.failure} live /> : null}
      {status.stage === 'expired' ? <Text size="sm">Nobody signed in within ten minutes, so the sign-in was closed.</Text> : null}
      {status.stage === 'cancelled' ? <Text size="sm">The sign-in was cancelled; nothing was changed.</Text> : null}
      {status.stage === 'connected' ? <Text size="sm">The sign-in succeeded.</Text> : null}
      {hasAccount && missing.length > 0 ? (
        <Text size="sm" role="note">
          Not granted: {missing.join(', ')}. What needs it stays off; sign in again and allow it to switch it on.
        </Text>
      ) : null}
      <Text size="sm">
        {provider.name} asks in your browser for: {scopes.join(', ')}. Register the redirect address <code>{redirect}</code>{' '}
        there.
      </Text>
      {canStart ? null : <Text size="sm">Save the client id in Setup first.</Text>}
      <Group gap="xs">
        <Button onClick={() => onStart(false)} loading={busy} disabled={!canStart}>
          {hasAccount ? 'Sign in again' : `Sign in to ${provider.name}`}
        </Button>
        {hasAccount ? (
          <Button variant="default" onClick={() => onStart(true)} disabled={!canStart || busy}>
            Replace the account
          </Button>
        ) : null}
      </Group>
    </Stack>
  )
}

function Waiting({ status, provider, signIn, busy, onCancel, onPaste }: StageProps) {
  const now = useNow()
  const leftMs = status.expiresAt ? Math.max(Date.parse(status.expiresAt) - now, 0) : undefined
  const url = status.authorizationUrl
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">
        Waiting for you to sign in at {url ? new URL(url).host : provider.name}. The sign-in closes in {toSpan(leftMs)}.
      </Text>
      <Group gap="xs">
        {url ? (
          <>
            <Button variant="default" onClick={() => openInBrowser(url)}>
              Open again
            </Button>
            <CopyButton value={url}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {copied ? 'Copied' : 'Copy link'}
                </Button>
              )}
            </CopyButton>
          </>
        ) : null}
        <Button variant="subtle" color="bad" onClick={onCancel} loading={busy}>
          Cancel sign-in
        </Button>
      </Group>
      <PasteAddress help={signIn.paste ?? elsewhere} busy={busy} onPaste={onPaste} />
    </Stack>
  )
}
