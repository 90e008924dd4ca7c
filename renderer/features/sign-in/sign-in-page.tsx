/** Shown in a browser without a session: says how to get one, and redeems the code of a one-time link. */
import { Button, Code, Container, Stack, Text, Title } from '@mantine/core'
import { useEffect, useState } from 'react'
import { retryLink, signIn } from '../../rpc.ts'

/** Takes the code out of the address at once, so that it stays in no history. */
function takeCode(): string | undefined {
  const code = new URLSearchParams(location.hash.replace(/^#\/?/, '')).get('code')
  if (!code) return undefined
  history.replaceState(null, '', `${location.pathname}#/`)
  return code
}

/** Good once, however often the page is mounted. */
let waitingCode = takeCode()

export function SignInPage() {
  const [stage, setStage] = useState<'idle' | 'busy' | 'refused'>(waitingCode ? 'busy' : 'idle')

  useEffect(() => {
    const redeem = (code: string | undefined) => {
      if (!code) return
      setStage('busy')
      signIn(code).then(
        (accepted) => setStage(accepted ? 'idle' : 'refused'),
        () => setStage('refused'),
      )
    }
    redeem(waitingCode)
    waitingCode = undefined
    // A new link opened in this very tab changes only the part behind #, which loads nothing.
    const onLink = () => redeem(takeCode())
    window.addEventListener('hashchange', onLink)
    return () => window.removeEventListener('hashchange', onLink)
  }, [])

  return (
    <Container size={520} pt={120} component="main">
      <Stack gap="md" aria-busy={stage === 'busy'}>
        <Title order={1}>Sign in to Atlas UX</Title>
        {stage === 'refused' ? (
          <Text c="var(--atlas-bad)" role="alert">
            This sign-in link was used before or has ended: links work once, for ten minutes. Make a new one.
          </Text>
        ) : null}
        {stage === 'busy' ? (
          <Text role="status">Signing you in…</Text>
        ) : (
          <>
            <Text>
              This page opens only for whoever works on this machine. Run this command in the project’s folder; it prints a link
              that signs this browser in:
            </Text>
            <Code block>npm run atlas -- sign-in</Code>
            <Button variant="default" onClick={retryLink} style={{ alignSelf: 'flex-start' }}>
              I have signed in
            </Button>
          </>
        )}
      </Stack>
    </Container>
  )
}
