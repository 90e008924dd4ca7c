/** Orders once: whatever is pressed twice is the same order until its form changes. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Job } from '#shared/contract/jobs'

export interface Order<I> {
  send: (input: I) => void
  isPending: boolean
  error: unknown
  /** The job that was ordered last. */
  job: Job | undefined
}

export function useOrder<I extends object>(order: (input: I & { key: string }) => Promise<Job>): Order<I> {
  const [last, setLast] = useState<{ text: string; key: string }>()
  const { mutate, isPending, error, data } = useMutation({ mutationFn: order })
  function send(input: I): void {
    const text = JSON.stringify(input)
    const failedBefore = error !== null
    const key = last?.text === text && (isPending || failedBefore) ? last.key : crypto.randomUUID()
    setLast({ text, key })
    mutate({ ...input, key })
  }
  return { send, isPending, error, job: data }
}
