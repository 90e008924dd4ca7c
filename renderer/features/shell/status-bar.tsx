/** The line at the foot: link, queue, pauses, broken connections. Every cell leads to where it can be dealt with. */
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../../query.ts'
import { type LinkStatus, useLinkState } from '../../stores/link-state.ts'
import { toCount } from '../../ui/relative.ts'
import type { Shape, Tone } from '../../ui/status.ts'
import { StatusIcon } from '../../ui/status-icon.tsx'
import { When } from '../../ui/when.tsx'
import classes from './shell.module.css'

const linkWords: Readonly<Record<LinkStatus, { word: string; shape: Shape; tone: Tone }>> = {
  connecting: { word: 'Connecting', shape: 'ring', tone: 'idle' },
  open: { word: 'Connected to Atlas UX', shape: 'filled-circle', tone: 'ok' },
  lost: { word: 'Link lost', shape: 'triangle', tone: 'warn' },
  signed_out: { word: 'Signed out', shape: 'hollow-circle', tone: 'idle' },
}

export function StatusBar() {
  const { status, since } = useLinkState()
  const stats = useQuery(api.jobs.stats.queryOptions({ input: {} }))
  const pauses = useQuery(api.jobs.pauses.queryOptions({ input: {} }))
  const connections = useQuery(api.connections.list.queryOptions({ input: {} }))
  const link = linkWords[status]
  const broken = connections.data?.items.filter(({ state }) => state === 'needs_attention').length
  const paused = pauses.data?.items.length
  return (
    <footer className={classes.status}>
      <Cell href="/settings/about" shape={link.shape} tone={link.tone}>
        {link.word} since <When at={new Date(since).toISOString()} as="clock" />
      </Cell>
      <Cell href="/jobs?state=queued" shape="hollow-circle" tone="idle">
        {toCount(stats.data?.states.queued)} queued · {toCount(stats.data?.states.running)} running
      </Cell>
      {paused ? (
        <Cell href="/jobs" shape="slash" tone="warn">
          {toCount(paused)} paused
        </Cell>
      ) : null}
      <Cell
        href="/integrations?status=needs_attention"
        {...(broken ? { shape: 'triangle', tone: 'warn' } : { shape: 'check', tone: 'idle' })}
      >
        {brokenWords(broken)}
      </Cell>
    </footer>
  )
}

function brokenWords(broken: number | undefined): string {
  if (broken === undefined) return '— connections need attention'
  if (broken === 0) return 'No connection needs attention'
  return broken === 1 ? '1 connection needs attention' : `${broken} connections need attention`
}

function Cell({ href, shape, tone, children }: { href: string; shape: Shape; tone: Tone; children: ReactNode }) {
  return (
    <a className={classes.statusCell} href={`#${href}`}>
      <span style={{ color: `var(--atlas-${tone})`, display: 'inline-flex' }}>
        <StatusIcon shape={shape} />
      </span>
      <span>{children}</span>
    </a>
  )
}
