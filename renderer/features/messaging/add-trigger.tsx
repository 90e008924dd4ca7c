/** Adds a phrase; what is wrong with it is told before it is sent. */
import { Button, Group, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { partsOf, phraseFault, type Trigger, type TriggerLanguage } from '#shared/triggers'
import { languages, languageWords } from './trigger-languages.ts'

export interface AddTriggerProps {
  items: readonly Trigger[]
  onAdd: (trigger: Trigger) => Promise<unknown>
}

const wordsOf = ({ language, phrase }: Pick<Trigger, 'language' | 'phrase'>) => `${language} ${partsOf(phrase).join(' ')}`

export function AddTrigger({ items, onAdd }: AddTriggerProps) {
  const [phrase, setPhrase] = useState('')
  const [language, setLanguage] = useState<TriggerLanguage>('en')
  const [told, setTold] = useState<string>()
  const [adding, setAdding] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const fresh = { language, phrase: phrase.trim() }
    const fault = phraseFault(fresh.phrase)
    if (fault) return setTold(`The phrase ${fault}.`)
    if (items.some((one) => wordsOf(one) === wordsOf(fresh))) return setTold('This phrase is there already.')
    setAdding(true)
    try {
      await onAdd({ id: crypto.randomUUID(), enabled: true, ...fresh })
      setPhrase('')
    } catch {
      // Told above the list; the phrase stays to be tried again.
    } finally {
      setAdding(false)
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)} aria-label="Add a phrase">
      <Group align="flex-start" gap="sm">
        <TextInput
          label="Phrase"
          placeholder="tell * when"
          maxLength={120}
          flex={1}
          miw={180}
          value={phrase}
          error={told}
          onChange={(event) => {
            setPhrase(event.currentTarget.value)
            setTold(undefined)
          }}
        />
        <Select
          label="Language"
          w={150}
          allowDeselect={false}
          data={languages.map((value) => ({ value, label: languageWords[value] }))}
          value={language}
          onChange={(next) => setLanguage(languages.find((one) => one === next) ?? language)}
        />
        <Button type="submit" mt={24} loading={adding}>
          Add
        </Button>
      </Group>
    </form>
  )
}
