/** Verifies the chain on demand; the last result stays visible. */
import { Button, Group, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { Verification } from '#shared/contract/audit'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { When } from '../../ui/when.tsx'

export function VerifyButton({ last }: { last: Verification | null }) {
  const verify = useMutation(
    api.audit.verify.mutationOptions({
      onSuccess: () => void queryClient.invalidateQueries({ queryKey: api.audit.facets.key() }),
    }),
  )
  const result = verify.data ?? last
  return (
    <Group gap="xs">
      <Text size="sm" role="status" c={result && !result.ok ? 'var(--atlas-bad)' : 'var(--atlas-text)'}>
        {result ? <Told result={result} /> : 'Never verified'}
      </Text>
      <Button loading={verify.isPending} onClick={() => verify.mutate({})}>
        Verify chain
      </Button>
      {verify.error ? <FailurePanel failure={failureOf(verify.error)} live /> : null}
    </Group>
  )
}

function Told({ result }: { result: Verification }) {
  const { firstBad, events, checkpoints, head } = result
  if (firstBad)
    return (
      <>
        Broken at event {firstBad.seq}: {firstBad.why}.
      </>
    )
  const signed =
    checkpoints.lastSeq === null ? 'no signed checkpoint' : `signed to event ${checkpoints.lastSeq.toLocaleString('en')}`
  return (
    <>
      Verified {events.toLocaleString('en')} events, {signed}, head {head.slice(0, 8)}, <When at={result.verifiedAt} />
    </>
  )
}
