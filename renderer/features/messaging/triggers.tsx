/** Phrases by which a person asks to be told: by language, on or off, and what they would find in a text. */
import { ActionIcon, Button, Group, Stack, Switch, Text } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { defaultTriggers, type Trigger } from '#shared/triggers'
import { api, queryClient } from '../../query.ts'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { AddTrigger } from './add-trigger.tsx'
import { languages, languageWords } from './trigger-languages.ts'
import { TriggerTest } from './trigger-test.tsx'
import classes from './triggers.module.css'

export function Triggers() {
  const query = useQuery(api.triggers.list.queryOptions({ input: {} }))
  const put = useMutation(
    api.triggers.put.mutationOptions({
      onSuccess: (list) => queryClient.setQueryData(api.triggers.list.queryKey({ input: {} }), list),
    }),
  )
  const save = (items: readonly Trigger[]) => put.mutateAsync({ items: [...items] })
  return (
    <ScrollRegion className={classes.scroll} aria-label="Triggers">
      <QueryState query={query} rows={8}>
        {({ items }) => (
          <div className={classes.columns}>
            <div className={classes.list}>
              <Text size="sm" mb="md">
                Whoever writes one of these phrases wants to be told. Case and accents do not matter; a * between two words stands
                for up to five others. “Don’t notify me” does not count.
              </Text>
              <AddTrigger items={items} onAdd={(trigger) => save([...items, trigger])} />
              {put.error ? <FailurePanel failure={failureOf(put.error)} live /> : null}
              <TriggerList items={items} busy={put.isPending} onChange={(next) => void save(next).catch(() => undefined)} />
            </div>
            <TriggerTest triggers={items} />
          </div>
        )}
      </QueryState>
    </ScrollRegion>
  )
}

interface TriggerListProps {
  items: readonly Trigger[]
  busy: boolean
  onChange: (items: readonly Trigger[]) => void
}

function TriggerList({ items, busy, onChange }: TriggerListProps) {
  const missing = defaultTriggers.filter(({ id }) => !items.some((one) => one.id === id))
  return (
    <Stack gap="lg" mt="lg">
      {items.length === 0 ? <Text size="sm">There is no trigger: nobody can ask to be told by a phrase.</Text> : null}
      {languages
        .filter((language) => items.some((one) => one.language === language))
        .map((language) => (
          <section key={language} aria-label={languageWords[language]}>
            <Text component="h2" fw={600} fz={14} m={0} mb={4}>
              {languageWords[language]}
            </Text>
            <ul className={classes.rows}>
              {items
                .filter((one) => one.language === language)
                .map((one) => (
                  <li key={one.id} className={classes.row}>
                    <Switch
                      label={one.phrase}
                      checked={one.enabled}
                      disabled={busy}
                      onChange={(event) => {
                        const enabled = event.currentTarget.checked
                        onChange(items.map((other) => (other.id === one.id ? { ...other, enabled } : other)))
                      }}
                    />
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={`Remove ${one.phrase}`}
                      disabled={busy}
                      onClick={() => onChange(items.filter(({ id }) => id !== one.id))}
                    >
                      <IconX size={14} stroke={1.5} aria-hidden />
                    </ActionIcon>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      {missing.length > 0 ? (
        <Group>
          <Button variant="default" disabled={busy} onClick={() => onChange([...items, ...missing])}>
            Bring back {missing.length} built-in {missing.length === 1 ? 'phrase' : 'phrases'}
          </Button>
        </Group>
      ) : null}
    </Stack>
  )
}
