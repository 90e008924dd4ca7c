/** One control for each kind of field. Every control speaks in form values; an empty one says undefined. */
import {
  ActionIcon,
  Button,
  FileButton,
  Group,
  Input,
  JsonInput,
  NumberInput,
  PasswordInput,
  Select,
  Stack,
  Switch,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { type ComponentType, useState } from 'react'
import type { Choice } from '#shared/contract/connections'
import { PickerControl } from './picker-control.tsx'
import type { FieldKind, FormField, FormValue } from './schema-fields.ts'
import classes from './schema-form.module.css'

/** Asks for the choices of a picker. */
export type AskChoices = (picker: string, context: Record<string, string>) => Promise<readonly Choice[]>

export interface ControlProps {
  field: FormField
  value: unknown
  /** The whole form, for pickers that depend on other fields. */
  form: FormValue
  onChange: (value: unknown) => void
  error?: string | undefined
  disabled?: boolean | undefined
  /** Said of a field whose value is stored and never shown, for instance "Set, updated 3 min ago". */
  storedNote?: string | undefined
  agents?: readonly Choice[] | undefined
  onChoices?: AskChoices | undefined
}

function shared({ field, error, disabled, storedNote }: ControlProps) {
  const placeholder = storedNote ? `${storedNote}. Leave empty to keep it.` : field.placeholder
  const importable = field.env ? `Can be imported from ${field.env}.` : undefined
  const description = [field.help, importable].filter(Boolean).join(' ')
  return {
    label: field.title,
    name: field.name,
    ...(description ? { description } : {}),
    ...(placeholder ? { placeholder } : {}),
    ...(error ? { error } : {}),
    ...(disabled ? { disabled } : {}),
    withAsterisk: field.required && !storedNote,
  }
}

const asText = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A text that was written as a JSON object becomes one: some fields take either. */
function fromText(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return text
  try {
    return JSON.parse(text)
  } catch {
    // Still being typed; it stays a text until it is whole.
    return text
  }
}

function TextControl(props: ControlProps) {
  return (
    <TextInput
      {...shared(props)}
      value={asText(props.value)}
      onChange={(event) => props.onChange(fromText(event.currentTarget.value))}
    />
  )
}

function MultilineControl(props: ControlProps) {
  return (
    <Textarea
      {...shared(props)}
      autosize
      minRows={4}
      maxRows={16}
      value={asText(props.value)}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  )
}

function SecretControl(props: ControlProps) {
  const { field, value, onChange } = props
  const common = {
    ...shared(props),
    autoComplete: 'off',
    spellCheck: false,
    value: asText(value),
  }
  if (field.multiline) {
    return (
      <Textarea
        {...common}
        autosize
        minRows={3}
        maxRows={6}
        classNames={{ input: classes.masked ?? '' }}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  }
  return <PasswordInput {...common} onChange={(event) => onChange(event.currentTarget.value)} />
}

function NumberControl(props: ControlProps) {
  const { field, value, onChange } = props
  return (
    <NumberInput
      {...shared(props)}
      allowDecimal={!field.integer}
      {...(field.minimum === undefined ? {} : { min: field.minimum })}
      {...(field.maximum === undefined ? {} : { max: field.maximum })}
      value={typeof value === 'number' ? value : ''}
      onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
    />
  )
}

function BooleanControl(props: ControlProps) {
  const { withAsterisk: _, placeholder: __, ...common } = shared(props)
  return <Switch {...common} checked={props.value === true} onChange={(event) => props.onChange(event.currentTarget.checked)} />
}

function EnumControl(props: ControlProps) {
  const { field, value, onChange } = props
  return (
    <Select
      {...shared(props)}
      data={field.options ?? []}
      clearable={!field.required}
      value={typeof value === 'string' ? value : null}
      onChange={(next) => onChange(next ?? undefined)}
    />
  )
}

function ListControl(props: ControlProps) {
  const { value, onChange } = props
  const list = Array.isArray(value) ? value.map(String) : [asText(value)].filter(Boolean)
  return (
    <TagsInput
      {...shared(props)}
      acceptValueOnBlur
      splitChars={[',', ';', ' ']}
      value={list}
      onChange={onChange}
      clearButtonProps={{ 'aria-label': `Clear ${props.field.title}` }}
    />
  )
}

function AgentControl(props: ControlProps) {
  const { agents, value, onChange } = props
  if (!agents) return <TextControl {...props} />
  return (
    <Select
      {...shared(props)}
      searchable
      clearable
      data={agents.map(({ value: id, label }) => ({ value: id, label }))}
      value={typeof value === 'string' ? value : null}
      onChange={(next) => onChange(next ?? undefined)}
    />
  )
}

function JsonControl(props: ControlProps) {
  const { value, onChange, error } = props
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)))
  const [broken, setBroken] = useState(false)
  const take = (next: string) => {
    setText(next)
    try {
      onChange(next.trim() === '' ? undefined : JSON.parse(next))
      setBroken(false)
    } catch {
      // Not whole yet: the form keeps the last whole value, and the field says so.
      setBroken(true)
    }
  }
  return (
    <JsonInput
      {...shared(props)}
      autosize
      minRows={4}
      maxRows={16}
      formatOnBlur
      value={text}
      onChange={take}
      error={broken ? 'This is not JSON yet; the last whole value is kept.' : error}
    />
  )
}

function RecordControl(props: ControlProps) {
  const { field, value, onChange, error } = props
  const [pairs, setPairs] = useState<Array<{ id: number; key: string; text: string }>>(() =>
    Object.entries((value ?? {}) as Record<string, unknown>).map(([key, text], id) => ({ id, key, text: asText(text) })),
  )
  const take = (next: typeof pairs) => {
    setPairs(next)
    const filled = next.filter((pair) => pair.key !== '')
    onChange(filled.length === 0 ? undefined : Object.fromEntries(filled.map((pair) => [pair.key, pair.text])))
  }
  const change = (id: number, part: Partial<{ key: string; text: string }>) =>
    take(pairs.map((pair) => (pair.id === id ? { ...pair, ...part } : pair)))
  const add = () => take([...pairs, { id: Math.max(-1, ...pairs.map((pair) => pair.id)) + 1, key: '', text: '' }])
  return (
    <Input.Wrapper label={field.title} description={field.help} error={error} labelElement="div">
      <Stack gap={6} mt={4}>
        {pairs.map((pair, row) => (
          <Group key={pair.id} gap={6} wrap="nowrap">
            <TextInput
              flex={1}
              aria-label={`${field.title}: name ${row + 1}`}
              placeholder="name"
              value={pair.key}
              onChange={(event) => change(pair.id, { key: event.currentTarget.value })}
            />
            <TextInput
              flex={2}
              aria-label={`${field.title}: value ${row + 1}`}
              placeholder="value"
              value={pair.text}
              onChange={(event) => change(pair.id, { text: event.currentTarget.value })}
            />
            <ActionIcon aria-label={`Remove row ${row + 1}`} onClick={() => take(pairs.filter(({ id }) => id !== pair.id))}>
              <IconTrash size={16} stroke={1.5} />
            </ActionIcon>
          </Group>
        ))}
        <Button variant="default" leftSection={<IconPlus size={14} />} onClick={add} style={{ alignSelf: 'flex-start' }}>
          Add row
        </Button>
      </Stack>
    </Input.Wrapper>
  )
}

interface SentFile {
  filename: string
  contentType: string
  contentBase64: string
}

function FilesControl({ field, value, onChange, error }: ControlProps) {
  const files = (Array.isArray(value) ? value : []) as SentFile[]
  const add = async (chosen: File[]) => onChange([...files, ...(await Promise.all(chosen.map(toSentFile)))])
  return (
    <Input.Wrapper label={field.title} description={field.help} error={error} labelElement="div">
      <Stack gap={6} mt={4}>
        {files.map((file) => (
          <Group key={file.filename} gap={6} justify="space-between" wrap="nowrap">
            <Text size="sm" truncate>
              {file.filename}
            </Text>
            <ActionIcon aria-label={`Remove ${file.filename}`} onClick={() => onChange(files.filter((other) => other !== file))}>
              <IconTrash size={16} stroke={1.5} />
            </ActionIcon>
          </Group>
        ))}
        <FileButton multiple onChange={(chosen) => void add(chosen)}>
          {(button) => (
            <Button {...button} variant="default" style={{ alignSelf: 'flex-start' }}>
              Attach files
            </Button>
          )}
        </FileButton>
      </Stack>
    </Input.Wrapper>
  )
}

async function toSentFile(file: File): Promise<SentFile> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let binary = ''
  for (let at = 0; at < bytes.length; at += 32_768) binary += String.fromCharCode(...bytes.subarray(at, at + 32_768))
  return { filename: file.name, contentType: file.type || 'application/octet-stream', contentBase64: btoa(binary) }
}

function ChoiceControl(props: ControlProps) {
  if (!props.onChoices) return <TextControl {...props} />
  return <PickerControl {...props} common={shared(props)} onChoices={props.onChoices} />
}

/** The control of each kind. */
export const controls: Readonly<Record<FieldKind, ComponentType<ControlProps>>> = {
  text: TextControl,
  multiline: MultilineControl,
  number: NumberControl,
  boolean: BooleanControl,
  enum: EnumControl,
  list: ListControl,
  record: RecordControl,
  json: JsonControl,
  files: FilesControl,
  secret: SecretControl,
  picker: ChoiceControl,
  agent: AgentControl,
}
