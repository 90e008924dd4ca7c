/** Teaches how the first conversation comes about, and says whether anybody is listening for it. */
import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Connection } from '#shared/contract/connections'
import type { Provider } from '#shared/contract/providers'
import { api } from '../../query.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { When } from '../../ui/when.tsx'

export function NoConversations() {
  const providers = useQuery(api.providers.list.queryOptions({ input: {} }))
  const connections = useQuery(api.connections.list.queryOptions({ input: {} }))
  const receivers = (providers.data?.items ?? []).filter(({ receives }) => receives)
  return (
    <EmptyState title="No conversations yet">
      What you send appears here, and so does what people write to you.
      {receivers.map((provider) => (
        <Listening
          key={provider.id}
          provider={provider}
          connection={connections.data?.items.find((one) => one.provider === provider.id)}
        />
      ))}
    </EmptyState>
  )
}

function Listening({ provider, connection }: { provider: Provider; connection: Connection | undefined }) {
  if (!connection?.credential.set) {
    return (
      <Text size="sm" mt="xs">
        <Anchor href={`#/integrations/${provider.id}`}>Connect {provider.name}</Anchor> to hear from people there.
      </Text>
    )
  }
  const heard = connection.proofs.find(({ call }) => call === 'receive')
  return (
    <Text size="sm" mt="xs" role="status">
      Let somebody write <code>/start</code> to {connection.account?.name ?? `your bot`} in {provider.name}; the chat appears here
      by itself. {heard ? <Heard proof={heard} /> : 'Nobody has listened yet.'}
    </Text>
  )
}

function Heard({ proof }: { proof: Connection['proofs'][number] }) {
  return (
    <>
      {proof.ok ? 'Last listened ' : 'Listening failed '}
      <When at={proof.at} />
      {proof.failure ? `: ${proof.failure.message}` : '.'}
    </>
  )
}
