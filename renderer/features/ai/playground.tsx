/** Ask a model and read along: where the question went, what it cost, and a way to stop. */
import { Button, Group, List, Stack, Text, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { AiAnswer } from '#shared/contract/ai'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { toCount, toSpan } from '../../ui/relative.ts'
import classes from './ai.module.css'
import { toMoney } from './money.ts'
import { firstChoice, OrderFields } from './order-fields.tsx'
import { RoutePanel } from './route-panel.tsx'
import { type Answering, useAnswer } from './use-answer.ts'

export function Playground() {
  const [choice, setChoice] = useState(firstChoice)
  const [prompt, setPrompt] = useState('')
  const { answering, ask, stop } = useAnswer()
  const asking = answering.state === 'asking'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const { model, ...order } = choice
    void ask({ ...order, messages: [{ role: 'user', content: prompt }], ...(model ? { model } : {}) })
  }
  return (
    <Stack gap="md" maw={820}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <OrderFields choice={choice} onChange={(part) => setChoice((old) => ({ ...old, ...part }))} />
          <Textarea
            label="Question"
            autosize
            minRows={3}
            maxRows={14}
            maxLength={200_000}
            value={prompt}
            onChange={(event) => setPrompt(event.currentTarget.value)}
          />
          <Group>
            <Button type="submit" disabled={!prompt.trim() || asking}>
              Ask
            </Button>
            <Button variant="default" onClick={stop} disabled={!asking}>
              Stop
            </Button>
          </Group>
        </Stack>
      </form>
      {answering.state === 'idle' ? (
        <Text size="sm" c="dimmed">
          Questions asked here are real calls: they cost what a model costs and show under Cost.
        </Text>
      ) : (
        <Shown answering={answering} />
      )}
    </Stack>
  )
}

const stateWords: Readonly<Record<Answering['state'], string>> = {
  idle: '',
  asking: 'The answer is being written.',
  done: 'The answer is complete.',
  stopped: 'Stopped. What was written until then may be charged.',
  failed: 'The answer failed.',
}

function Shown({ answering: { state, text, route, answer, failure } }: { answering: Answering }) {
  return (
    <Stack gap="sm" component="section" aria-label="Answer">
      <Text size="sm" role="status">
        {stateWords[state]}
      </Text>
      <div className={classes.answer} aria-busy={state === 'asking'}>
        {text}
      </div>
      {answer?.toolCalls.length ? (
        <List size="sm" aria-label="Tools it asked for">
          {answer.toolCalls.map((call) => (
            <List.Item key={call.id}>
              <code>
                {call.name}({call.arguments})
              </code>
            </List.Item>
          ))}
        </List>
      ) : null}
      {failure ? <FailurePanel failure={failure} live /> : null}
      {answer ? <Figures answer={answer} /> : null}
      {route ? <RoutePanel route={route} /> : null}
    </Stack>
  )
}

function Figures({ answer: { usage, costUsd, latencyMs, finish } }: { answer: AiAnswer }) {
  const tokens = `${toCount(usage.inputTokens)} tokens in, ${toCount(usage.outputTokens)} out${usage.estimated ? ' (estimated)' : ''}`
  return (
    <Text size="sm">
      {tokens}; cost {toMoney(costUsd)}; {toSpan(latencyMs)}
      {finish === 'length' ? '; cut off at the most tokens of an answer' : ''}
    </Text>
  )
}
