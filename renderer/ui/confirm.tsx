/** Asks before something that cannot be taken back, naming what it does. Used as `const ok = await confirm({…})`. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { create } from 'zustand'

export interface ConfirmRequest {
  /** A question that names the object: "Disconnect Slack?" */
  title: string
  /** What happens, in words and numbers. */
  consequence: ReactNode
  /** Verb and object: "Disconnect Slack". */
  action: string
  danger?: boolean
}

interface Asked {
  request: ConfirmRequest | null
  answer: (yes: boolean) => void
}

const useAsked = create<Asked>()(() => ({ request: null, answer: () => undefined }))

/** Asks; settles true when the operator agreed. */
export function confirm(request: ConfirmRequest): Promise<boolean> {
  useAsked.getState().answer(false)
  return new Promise((resolve) => {
    const answer = (yes: boolean) => {
      useAsked.setState({ request: null, answer: () => undefined })
      resolve(yes)
    }
    useAsked.setState({ request, answer })
  })
}

/** The dialog; drawn once by the app. */
export function ConfirmDialog() {
  const { request, answer } = useAsked()
  return (
    <Modal opened={request !== null} onClose={() => answer(false)} title={request?.title}>
      <Stack gap="md">
        <Text size="sm" component="div">
          {request?.consequence}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => answer(false)} data-autofocus>
            Cancel
          </Button>
          <Button {...(request?.danger ? { color: 'bad', variant: 'filled' } : {})} onClick={() => answer(true)}>
            {request?.action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
