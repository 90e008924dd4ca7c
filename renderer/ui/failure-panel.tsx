/** The one error panel: what happened and why, then the exact next step, then what to hand to support. */
import { Alert, Anchor, Button, CopyButton, Group, List, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { type Failure, failureKinds } from '#shared/failure'
import { failureWords } from './failure-words.ts'
import { toSpan } from './relative.ts'

export interface FailurePanelProps {
  failure: Failure
  /** What can be done here, for instance a Retry button. */
  actions?: ReactNode
  /** `alert` only for what blocks; elsewhere it is part of the page. */
  live?: boolean
}

export function FailurePanel({ failure, actions, live = false }: FailurePanelProps) {
  const { kind, message, action, code, fields, retryAfterMs } = failure
  const tone = failureKinds[kind].actor === 'operator' || failureKinds[kind].actor === 'developer' ? 'bad' : 'warn'
  return (
    <Alert
      color={tone}
      variant="light"
      title={failureWords[kind]}
      role={live ? 'alert' : 'group'}
      aria-label={failureWords[kind]}
    >
      <Stack gap={8}>
        <Text size="sm" c="var(--atlas-text)">
          {message}
        </Text>
        {fields?.length ? (
          <List size="sm" c="var(--atlas-text)">
            {fields.map((field) => (
              <List.Item key={`${field.path}:${field.message}`}>
                <code>{field.path || 'input'}</code> {field.message}
              </List.Item>
            ))}
          </List>
        ) : null}
        {action?.steps?.length ? (
          <List type="ordered" size="sm" c="var(--atlas-text)">
            {action.steps.map((step) => (
              <List.Item key={step}>{step}</List.Item>
            ))}
          </List>
        ) : null}
        {retryAfterMs === undefined ? null : (
          <Text size="xs" c="var(--atlas-text)">
            The wait asked for was {toSpan(retryAfterMs)}.
          </Text>
        )}
        <Group gap="xs">
          {actions}
          {action?.href ? <NextStep label={action.label} href={action.href} /> : null}
          {action?.copyText ? <CopyText text={action.copyText} label="Copy message for your admin" /> : null}
        </Group>
        {code ? (
          <Text size="xs" c="var(--atlas-text)">
            Reference: <code>{code}</code>
          </Text>
        ) : null}
      </Stack>
    </Alert>
  )
}

function NextStep({ label, href }: { label: string; href: string }) {
  const inApp = href.startsWith('/')
  return (
    <Anchor href={inApp ? `#${href}` : href} size="sm" {...(inApp ? {} : { target: '_blank', rel: 'noreferrer' })}>
      {label}
    </Anchor>
  )
}

function CopyText({ text, label }: { text: string; label: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button variant="default" onClick={copy}>
          {copied ? 'Copied' : label}
        </Button>
      )}
    </CopyButton>
  )
}
