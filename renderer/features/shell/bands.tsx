/** Bands above everything: the sandbox label, a lost link with its age, secret storage that waits for a person. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Tenant } from '#shared/contract/tenants'
import { api } from '../../query.ts'
import { useDialogs } from '../../stores/dialogs.ts'
import { useLinkState } from '../../stores/link-state.ts'
import type { Tone } from '../../ui/status.ts'
import { When } from '../../ui/when.tsx'
import classes from './shell.module.css'

export function Bands({ tenant }: { tenant: Tenant | undefined }) {
  return (
    <section aria-label="State of the installation">
      {tenant?.demo ? <Band tone="human">Demo · every message goes to local stand-ins; nothing leaves this machine</Band> : null}
      <LinkBand />
      <VaultBand />
    </section>
  )
}

function Band({ tone, children, live }: { tone: Tone; children: ReactNode; live?: boolean }) {
  const style = { background: `var(--atlas-${tone}-tint)`, color: `var(--atlas-${tone})` }
  return (
    <div className={classes.band} style={style} role={live ? 'status' : undefined}>
      {children}
    </div>
  )
}

function LinkBand() {
  const { status, since, lastOpenAt } = useLinkState()
  if (status !== 'lost') return null
  return (
    <Band tone="warn" live>
      <span>
        Atlas UX on this machine does not answer since <When at={new Date(since).toISOString()} as="clock" />.{' '}
        {lastOpenAt === null
          ? 'It is tried again by itself.'
          : 'What you see is from then; nothing can be changed. It is tried again by itself.'}
      </span>
    </Band>
  )
}

function VaultBand() {
  const vault = useQuery(api.system.vault.queryOptions({ input: {} }))
  const show = useDialogs((dialogs) => dialogs.show)
  if (!vault.data || vault.data.state === 'ok') return null
  const { state, message } = vault.data
  const opens = state === 'empty' || state === 'locked'
  return (
    <Band tone={opens ? 'info' : 'bad'} live>
      <span>
        {message} {opens ? 'The demo works without it.' : null}
      </span>
      {opens ? (
        <Button variant="default" h={22} fz={12} onClick={() => show('vault')}>
          {state === 'empty' ? 'Choose a passphrase' : 'Unlock secret storage'}
        </Button>
      ) : null}
    </Band>
  )
}
