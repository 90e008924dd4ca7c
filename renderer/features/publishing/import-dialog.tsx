/** A CSV of posts: dropped, looked through line by line, then imported whole or not at all. */
import '@mantine/dropzone/styles.css'
import { Anchor, Button, Code, FileButton, Group, Modal, Stack, Table, Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ImportCheck } from '#shared/contract/posts'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { jobWords } from '../../ui/status.ts'
import { WordChip } from '../../ui/status-chip.tsx'
import { ZoneSelect } from './local-time-fields.tsx'
import { planZone } from './plan-zone.ts'

export interface ImportButtonProps {
  /** The id of the campaign that the file became. */
  onImported: (campaign: string) => void
}

interface Taken {
  filename: string
  csv: string
}

const example = `platform,text,runAt,timeZone,agent,media,title,subreddit
x,"Good morning, harbour",2031-03-10 09:00,Europe/Berlin,kelly,,,
reddit,What should we build next?,2031-03-10T08:00:00Z,,,,Ask us anything,test
`

function saveExample(): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([example], { type: 'text/csv' }))
  link.download = 'posts-example.csv'
  link.click()
  URL.revokeObjectURL(link.href)
}

/** Characters of a file that is taken; the engine refuses more. */
const mostCharacters = 2_000_000

export function ImportButton({ onImported }: ImportButtonProps) {
  const [opened, setOpened] = useState(false)
  const done = (campaign: string) => {
    setOpened(false)
    onImported(campaign)
  }
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        Import CSV…
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="Import posts" size="xl">
        <ImportForm onImported={done} />
      </Modal>
    </>
  )
}

function whyNot(csv: string): string | undefined {
  if (csv.length === 0) return 'is empty'
  return csv.length > mostCharacters ? 'is larger than 2,000,000 characters' : undefined
}

function ImportForm({ onImported }: ImportButtonProps) {
  const [taken, setTaken] = useState<Taken>()
  const [fault, setFault] = useState<string>()
  const [timeZone, setTimeZone] = useState(planZone)
  const take = async (file: File | null | undefined) => {
    if (!file) return
    const csv = await file.text()
    const why = whyNot(csv)
    setFault(why && `${file.name} ${why}.`)
    setTaken(why ? undefined : { filename: file.name, csv })
  }
  return (
    <Stack gap="sm">
      <Text size="sm">
        The first line names the columns: <Code>platform,text,runAt,timeZone,agent,media</Code>, and any field of a platform, such
        as <Code>title</Code> or <Code>subreddit</Code>. Several media are parted by <Code>|</Code>.
      </Text>
      <Dropzone onDrop={(files) => void take(files[0])} multiple={false} activateOnClick={false} activateOnKeyboard={false}>
        <Group justify="center" p="md">
          <Text size="sm">{taken ? taken.filename : 'Drop a CSV here, or'}</Text>
          <FileButton accept=".csv,text/csv" onChange={(file) => void take(file)}>
            {(button) => (
              <Button {...button} variant="default">
                Choose a file
              </Button>
            )}
          </FileButton>
          <Button variant="subtle" onClick={saveExample}>
            Save an example
          </Button>
        </Group>
      </Dropzone>
      <ZoneSelect label="Zone of times that name none" value={timeZone} onChange={setTimeZone} />
      {fault ? <FailurePanel failure={{ kind: 'invalid', message: fault }} live /> : null}
      {taken ? <Look file={{ ...taken, timeZone }} onImported={onImported} /> : null}
    </Stack>
  )
}

function Look({ file, onImported }: ImportButtonProps & { file: Taken & { timeZone: string } }) {
  const check = useQuery({ ...api.posts.checkImport.queryOptions({ input: file }), retry: false })
  const run = useMutation(
    api.posts.importFile.mutationOptions({
      onSuccess: ({ body }) => {
        void queryClient.invalidateQueries({ queryKey: api.posts.key() })
        void queryClient.invalidateQueries({ queryKey: api.jobs.key() })
        onImported(body.id)
      },
    }),
  )
  return (
    <QueryState query={check} rows={4}>
      {(looked: ImportCheck) => (
        <Stack gap="sm">
          <Verdicts looked={looked} />
          {run.error ? <FailurePanel failure={failureOf(run.error)} live /> : null}
          <Group justify="space-between">
            <Text size="sm" role="status">
              {wordsOf(looked)}{' '}
              {looked.campaign ? (
                <Anchor component="button" type="button" size="sm" onClick={() => onImported(looked.campaign ?? '')}>
                  Open it
                </Anchor>
              ) : null}
            </Text>
            <Button
              loading={run.isPending}
              disabled={looked.refused > 0 || looked.campaign !== undefined}
              onClick={() => run.mutate(file)}
            >
              Import {looked.rows.length === 1 ? '1 post' : `${looked.rows.length} posts`}
            </Button>
          </Group>
        </Stack>
      )}
    </QueryState>
  )
}

function wordsOf({ rows, refused, campaign }: ImportCheck): string {
  if (campaign) return 'This file was imported before; it is not imported again.'
  if (refused === 0) return 'Every line can be ordered.'
  return `${refused} of ${rows.length} lines are refused, so none is imported. Mend them and choose the file again.`
}

function Verdicts({ looked }: { looked: ImportCheck }) {
  return (
    <ScrollRegion aria-label="What becomes of each line" style={{ maxHeight: 320, overflow: 'auto' }}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Line</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">Post</Table.Th>
            <Table.Th scope="col">What happens</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {looked.rows.map((row) => (
            <Table.Tr key={row.line}>
              <Table.Td>{row.line}</Table.Td>
              <Table.Td>
                <WordChip word={row.ok ? { ...jobWords.succeeded, word: 'Ready' } : { ...jobWords.failed, word: 'Refused' }} />
              </Table.Td>
              <Table.Td>{row.excerpt || '—'}</Table.Td>
              <Table.Td>{row.verdict}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollRegion>
  )
}
