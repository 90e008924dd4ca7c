/** One answer as it comes: its words, where they come from, and how it ended. */
import { useEffect, useRef, useState } from 'react'
import type { AiAnswer, AiOrder, AiRoute } from '#shared/contract/ai'
import type { Failure } from '#shared/failure'
import { client, failureOf } from '../../rpc.ts'

export interface Answering {
  state: 'idle' | 'asking' | 'done' | 'stopped' | 'failed'
  text: string
  route: AiRoute | null
  answer: AiAnswer | null
  failure: Failure | null
}

const nothing: Answering = { state: 'idle', text: '', route: null, answer: null, failure: null }

export function useAnswer() {
  const [answering, setAnswering] = useState(nothing)
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  async function ask(order: AiOrder) {
    running.current?.abort()
    const stop = new AbortController()
    running.current = stop
    const change = (part: (old: Answering) => Partial<Answering>) => {
      if (running.current === stop) setAnswering((old) => ({ ...old, ...part(old) }))
    }
    setAnswering({ ...nothing, state: 'asking' })
    try {
      for await (const event of await client.ai.stream(order, { signal: stop.signal })) {
        if (event.type === 'route') change(() => ({ route: event.route, text: '' }))
        if (event.type === 'text') change((old) => ({ text: old.text + event.text }))
        if (event.type === 'end') change(() => ({ state: 'done', answer: event.answer, text: event.answer.text }))
      }
    } catch (error) {
      if (stop.signal.aborted) change(() => ({ state: 'stopped' }))
      else change(() => ({ state: 'failed', failure: failureOf(error) }))
    }
  }

  function stop() {
    running.current?.abort()
    setAnswering((old) => (old.state === 'asking' ? { ...old, state: 'stopped' } : old))
  }

  return { answering, ask, stop }
}
