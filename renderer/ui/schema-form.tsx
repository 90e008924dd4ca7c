/** Draws a form from JSON Schema, so that no screen needs to know a provider. */
import { Button, Stack } from '@mantine/core'
import { type ComponentType, useState } from 'react'
import type { Choice } from '#shared/contract/connections'
import { type AskChoices, type ControlProps, controls } from './schema-controls.tsx'
import { type FormField, type FormValue, type JsonSchema, toFields, withField } from './schema-fields.ts'

export interface SchemaFormProps {
  schema: JsonSchema | Readonly<Record<string, unknown>>
  value: FormValue
  onChange: (value: FormValue) => void
  /** What is wrong, by field name; see faultsByField. */
  errors?: Readonly<Record<string, string>> | undefined
  /** Fields of a credential that hold a value already; it is never shown. */
  secretsSet?: readonly string[] | undefined
  /** Said of a stored secret: "Set, updated 3 min ago". */
  secretNote?: string | undefined
  /** Choices for fields that name an agent. */
  agents?: readonly Choice[] | undefined
  /** Asks the provider for the choices of a picker. */
  onChoices?: AskChoices | undefined
  /** Controls that a screen brings itself, by field name. */
  overrides?: Readonly<Record<string, ComponentType<ControlProps>>> | undefined
  disabled?: boolean | undefined
}

export function SchemaForm(props: SchemaFormProps) {
  const { schema, value, errors } = props
  const fields = toFields(schema as JsonSchema)
  const plain = fields.filter((field) => !field.advanced)
  const advanced = fields.filter((field) => field.advanced)
  const [opened, setOpened] = useState(false)
  const mustShow = advanced.some(({ name }) => value[name] !== undefined || errors?.[name])
  const more = opened || mustShow
  return (
    <Stack gap="sm">
      {plain.map((field) => (
        <Control key={field.name} field={field} {...props} />
      ))}
      {advanced.length > 0 && !mustShow ? (
        <Button variant="subtle" aria-expanded={more} onClick={() => setOpened(!opened)} style={{ alignSelf: 'flex-start' }}>
          {more ? 'Fewer options' : 'More options'}
        </Button>
      ) : null}
      {more ? advanced.map((field) => <Control key={field.name} field={field} {...props} />) : null}
    </Stack>
  )
}

function Control({ field, ...form }: SchemaFormProps & { field: FormField }) {
  const Drawn = form.overrides?.[field.name] ?? controls[field.kind]
  const stored = form.secretsSet?.includes(field.name) === true
  return (
    <Drawn
      field={field}
      form={form.value}
      value={form.value[field.name]}
      onChange={(next) => form.onChange(withField(form.value, field.name, next))}
      error={form.errors?.[field.name]}
      disabled={form.disabled}
      storedNote={stored ? (form.secretNote ?? 'Set') : undefined}
      agents={form.agents}
      onChoices={form.onChoices}
    />
  )
}
