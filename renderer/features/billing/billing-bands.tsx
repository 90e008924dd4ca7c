/** What stands above every list of billing: whether money moves, and how events arrive. */
import { Alert, Group, Text } from '@mantine/core'
import type { BillingOverview } from '#shared/contract/billing'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { When } from '../../ui/when.tsx'

export function ModeBand({ overview }: { overview: BillingOverview }) {
  if (overview.test === null) return null
  const name = overview.account ?? overview.name
  return (
    <Group gap="xs" px={20} py={6} role="status" aria-label="Mode" {...(overview.test ? { bg: 'var(--atlas-info-tint)' } : {})}>
      <Text size="sm" fw={600}>
        {overview.test ? 'Test mode' : 'Live mode'}
      </Text>
      <Text size="sm">{overview.test ? `${name}. No real money moves.` : `${name}. Real money moves.`}</Text>
    </Group>
  )
}

/** How events arrive, in one sentence, and what went wrong with that. */
export function EventsBand({ events, name }: { events: BillingOverview['events']; name: string }) {
  const { webhook, polling, missedSince } = events
  const seconds = Math.round(polling.everyMs / 1_000)
  return (
    <>
      <Text size="sm" px={20} pb="xs" component="div">
        {name} is asked every {seconds} s, last <When at={polling.lastAt} />.{' '}
        {webhook.set ? (
          <>
            Webhooks are proven by their signature; {webhook.lastAt ? 'last ' : 'none has come yet'}
            {webhook.lastAt ? <When at={webhook.lastAt} /> : null}.
          </>
        ) : (
          'No webhook is set up; without one, events come a little later.'
        )}
      </Text>
      {polling.failure ? <FailurePanel failure={polling.failure} /> : null}
      {webhook.refusedAt ? (
        <Alert color="warn" variant="light" mx={20} mb="xs" title="A webhook was refused">
          <Text size="sm" c="var(--atlas-text)">
            Last <When at={webhook.refusedAt} />: its signature was not made with the signing secret stored here, or was old.
          </Text>
        </Alert>
      ) : null}
      {missedSince ? (
        <Alert color="warn" variant="light" mx={20} mb="xs" title="Some events were never seen">
          <Text size="sm" c="var(--atlas-text)">
            Nobody asked since <When at={missedSince} />, longer than {name} keeps events. The lists here are asked live and miss
            nothing.
          </Text>
        </Alert>
      ) : null}
    </>
  )
}
