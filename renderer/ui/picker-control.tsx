/** A field whose choices are asked from the provider when it is opened. What is not listed can be typed. */
import { Select, type SelectProps } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { failureOf } from '../rpc.ts'
import type { AskChoices, ControlProps } from './schema-controls.tsx'

interface PickerControlProps extends ControlProps {
  common: Pick<SelectProps, 'label' | 'description' | 'placeholder' | 'error' | 'disabled' | 'withAsterisk'>
  onChoices: AskChoices
}

export function PickerControl({ field, form, value, onChange, common, onChoices }: PickerControlProps) {
  const [asked, setAsked] = useState(false)
  const [search, setSearch] = useState('')
  const formId = useId()
  const context = Object.fromEntries(field.dependsOn.map((name) => [name, String(form[name] ?? '')]))
  const lacks = field.dependsOn.filter((name) => !form[name])
  const picker = field.picker ?? ''
  const choices = useQuery({
    queryKey: ['choices', formId, picker, context],
    queryFn: () => onChoices(picker, context),
    enabled: asked && lacks.length === 0,
  })
  const current = value === undefined || value === null ? null : String(value)
  const listed = choices.data ?? []
  const typed = [current ?? '', search].filter((text) => text !== '' && !listed.some((choice) => isSame(choice, text)))
  const data = [
    ...listed.map((choice) => ({
      value: choice.value,
      label: [choice.label, choice.hint, choice.disabled].filter(Boolean).join(' · '),
      disabled: choice.disabled !== undefined,
    })),
    ...[...new Set(typed)].map((text) => ({ value: text, label: text === current ? text : `Use “${text}”` })),
  ]
  const fault = choices.error ? failureOf(choices.error).message : undefined
  return (
    <Select
      {...common}
      searchable
      clearable={!field.required}
      data={data}
      value={current}
      disabled={common.disabled === true || lacks.length > 0}
      placeholder={lacks.length > 0 ? `Choose ${lacks.join(', ')} first` : (common.placeholder ?? '')}
      error={common.error ?? (fault ? `The list could not be read: ${fault} You can type an id instead.` : undefined)}
      nothingFoundMessage={choices.isFetching ? 'Asking the provider…' : 'Nothing found; type an id to use it.'}
      onDropdownOpen={() => setAsked(true)}
      onSearchChange={setSearch}
      onChange={(next) => onChange(next ?? undefined)}
    />
  )
}

function isSame(choice: { value: string; label: string; hint?: string | undefined }, text: string): boolean {
  return choice.value === text || [choice.label, choice.hint].filter(Boolean).join(' · ') === text
}
