/** A provider's review of the tenant's app: where it stands, what it holds up, and what works meanwhile. */
import { Anchor, Button, Checkbox, Group, Select, Stack, Table, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReviewCase } from '#shared/contract/verification'
import { isCleared, ReviewStage, stageWords } from '#shared/review'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { When } from '../../ui/when.tsx'
import type { TabProps } from './connection-drawer.tsx'

function useCaseActs() {
  const refresh = () => {
    void queryClient.invalidateQueries({ queryKey: api.verification.key() })
    void queryClient.invalidateQueries({ queryKey: api.connections.key() })
  }
  return {
    update: useMutation(api.verification.update.mutationOptions({ onSuccess: refresh })),
    resume: useMutation(api.verification.resume.mutationOptions({ onSuccess: refresh })),
  }
}

export function ReviewTab({ provider }: Pick<TabProps, 'provider'>) {
  const review = useQuery(api.verification.get.queryOptions({ input: { provider: provider.id } }))
  return (
    <QueryState query={review} rows={5}>
      {(data) => <Case key={`${data.notes}/${data.submittedAt}`} review={data} />}
    </QueryState>
  )
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
const stages = ReviewStage.options.map((value) => ({ value, label: sentence(stageWords[value]) }))

function Case({ review }: { review: ReviewCase }) {
  const { update, resume } = useCaseActs()
  const error = update.error ?? resume.error
  const { provider } = review
  return (
    <Stack gap="md">
      <Text size="sm">{review.about}</Text>
      <Select
        label="Where the review stands"
        description={
          review.told ? undefined : 'Nobody here has said anything yet; this is where it stood when the product was set up.'
        }
        data={stages}
        allowDeselect={false}
        value={review.stage}
        disabled={update.isPending}
        onChange={(value) => update.mutate({ provider, stage: ReviewStage.parse(value) })}
      />
      {review.submittedAt ? (
        <Text size="sm">
          Submitted <When at={review.submittedAt} />.
        </Text>
      ) : null}
      <Meanwhile review={review} />
      <Parked
        review={review}
        onResume={() => resume.mutate({ provider })}
        pending={resume.isPending}
        resumed={resume.data?.resumed}
      />
      <Checklist review={review} onTick={(id, done) => update.mutate({ provider, checklist: { [id]: done } })} />
      <Notes review={review} pending={update.isPending} onSave={(part) => update.mutate({ provider, ...part })} />
      <History review={review} />
      {error ? <FailurePanel failure={failureOf(error)} live /> : null}
    </Stack>
  )
}

function Meanwhile({ review }: { review: ReviewCase }) {
  if (isCleared(review.stage) || review.meanwhile === '') return null
  return (
    <Text size="sm">
      <Text span fw={600} size="sm">
        What works meanwhile:
      </Text>{' '}
      {review.meanwhile}{' '}
      {review.console ? (
        <Anchor href={review.console} target="_blank" rel="noreferrer" size="sm">
          Open the review at {review.name}
        </Anchor>
      ) : null}
    </Text>
  )
}

interface ParkedProps {
  review: ReviewCase
  onResume: () => void
  pending: boolean
  resumed: number | undefined
}

function Parked({ review, onResume, pending, resumed }: ParkedProps) {
  const { parked, parks, stage } = review
  if (parks.length === 0) return null
  const posts = `${parked} ${parked === 1 ? 'post waits' : 'posts wait'} for it.`
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">{parked === 0 ? `It holds up posts on ${parks.join(', ')}; none waits now.` : posts}</Text>
      {parked > 0 && isCleared(stage) ? (
        <Group>
          <Button loading={pending} onClick={onResume}>
            Resume {parked} {parked === 1 ? 'parked post' : 'parked posts'}
          </Button>
        </Group>
      ) : null}
      {parked > 0 ? (
        <Anchor href="#/publishing" size="sm">
          See them under Publishing
        </Anchor>
      ) : null}
      {resumed === undefined ? null : <Text size="sm">{resumed} went back into the queue.</Text>}
    </Stack>
  )
}

function Checklist({ review, onTick }: { review: ReviewCase; onTick: (id: string, done: boolean) => void }) {
  if (review.checklist.length === 0) return null
  return (
    <Stack gap={6} component="section" aria-label="Checklist">
      <Text fw={600} size="sm">
        What {review.name} wants to see
      </Text>
      {review.checklist.map(({ id, title, href, done, doneAt }) => (
        <Group key={id} gap="xs">
          <Checkbox label={title} checked={done} onChange={(event) => onTick(id, event.currentTarget.checked)} />
          {doneAt ? (
            <Text size="xs" c="dimmed">
              <When at={doneAt} />
            </Text>
          ) : null}
          {href ? (
            <Anchor href={href} target="_blank" rel="noreferrer" size="xs">
              How
            </Anchor>
          ) : null}
        </Group>
      ))}
    </Stack>
  )
}

interface NotesProps {
  review: ReviewCase
  pending: boolean
  onSave: (part: { notes?: string; links?: ReviewCase['links'] }) => void
}

function Notes({ review, pending, onSave }: NotesProps) {
  const [notes, setNotes] = useState(review.notes)
  const [title, setTitle] = useState('')
  const [url, setUrl] = useState('')
  const whole = title.trim() !== '' && URL.canParse(url) && url.startsWith('https://')
  const add = () => {
    onSave({ links: [...review.links, { title: title.trim(), url }] })
    setTitle('')
    setUrl('')
  }
  return (
    <Stack gap="xs" component="section" aria-label="Notes and links">
      <Textarea
        label="Notes"
        autosize
        minRows={2}
        maxLength={5_000}
        value={notes}
        onChange={(event) => setNotes(event.currentTarget.value)}
      />
      <Group>
        <Button variant="default" disabled={notes === review.notes} loading={pending} onClick={() => onSave({ notes })}>
          Save notes
        </Button>
      </Group>
      {review.links.map((link) => (
        <Group key={link.url} gap="xs">
          <Anchor href={link.url} target="_blank" rel="noreferrer" size="sm">
            {link.title}
          </Anchor>
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={`Remove ${link.title}`}
            onClick={() => onSave({ links: review.links.filter((other) => other !== link) })}
          >
            Remove
          </Button>
        </Group>
      ))}
      <Group gap="xs" align="end">
        <TextInput
          label="Link: title"
          placeholder="Demo video"
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <TextInput
          label="Link: address"
          placeholder="https://"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <Button variant="default" disabled={!whole} loading={pending} onClick={add}>
          Add link
        </Button>
      </Group>
    </Stack>
  )
}

function History({ review }: { review: ReviewCase }) {
  if (review.history.length === 0) return null
  return (
    <Table withRowBorders={false} verticalSpacing={2} fz={12} aria-label="History of the case">
      <Table.Tbody>
        {review.history.toReversed().map(({ stage, at, by }) => (
          <Table.Tr key={at}>
            <Table.Td>{sentence(stageWords[stage])}</Table.Td>
            <Table.Td>{by}</Table.Td>
            <Table.Td>
              <When at={at} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
