/** Reads a JSON Schema as the fields of a form. Pure; what a field looks like is schema-form.tsx's. */

/** What the engine's schemas hold beside JSON Schema's own words. */
export interface JsonSchema {
  type?: string | string[]
  title?: string
  description?: string
  properties?: Record<string, JsonSchema>
  required?: string[]
  enum?: unknown[]
  const?: unknown
  items?: JsonSchema
  anyOf?: JsonSchema[]
  additionalProperties?: JsonSchema | boolean
  format?: string
  contentEncoding?: string
  default?: unknown
  minimum?: number
  maximum?: number
  maxLength?: number
  maxItems?: number
  help?: string
  placeholder?: string
  secret?: boolean
  env?: string
  multiline?: boolean
  advanced?: boolean
  json?: boolean
  agent?: boolean
  picker?: string
  dependsOn?: string[]
}

export type FieldKind =
  | 'text'
  | 'multiline'
  | 'number'
  | 'boolean'
  | 'enum'
  | 'list'
  | 'record'
  | 'json'
  | 'files'
  | 'secret'
  | 'picker'
  | 'agent'

/** One field of a form. */
export interface FormField {
  name: string
  title: string
  kind: FieldKind
  required: boolean
  advanced: boolean
  multiline: boolean
  help?: string | undefined
  placeholder?: string | undefined
  env?: string | undefined
  options?: string[] | undefined
  picker?: string | undefined
  dependsOn: readonly string[]
  integer: boolean
  minimum?: number | undefined
  maximum?: number | undefined
  maxLength?: number | undefined
}

export type FormValue = Readonly<Record<string, unknown>>

/** The fields of an object schema, in its order. */
export function toFields(schema: JsonSchema): FormField[] {
  const required = new Set(schema.required ?? [])
  return Object.entries(schema.properties ?? {}).map(([name, field]) => toField(name, field, required.has(name)))
}

function toField(name: string, schema: JsonSchema, required: boolean): FormField {
  const shape = mainShape(schema)
  return {
    name,
    title: schema.title ?? toTitle(name),
    kind: kindOf(schema),
    required: required && schema.default === undefined,
    advanced: schema.advanced === true,
    multiline: schema.multiline === true,
    help: schema.help ?? schema.description,
    placeholder: schema.placeholder ?? (schema.default === undefined ? undefined : String(schema.default)),
    env: schema.env,
    options: (schema.enum ?? shape.enum)?.map(String),
    picker: schema.picker,
    dependsOn: schema.dependsOn ?? [],
    integer: shape.type === 'integer',
    minimum: shape.minimum,
    maximum: shape.maximum,
    maxLength: shape.maxLength,
  }
}

/** A union is drawn as its first list, else its first text: what the others allow can be written in it too. */
function mainShape(schema: JsonSchema): JsonSchema {
  const { anyOf, type } = schema
  if (Array.isArray(type)) return { ...schema, type: type.find((name) => name !== 'null') ?? 'string' }
  const choices = (anyOf ?? []).filter((choice) => choice.type !== 'null')
  if (choices.length === 0) return schema
  const list = choices.find((choice) => choice.type === 'array')
  const text = choices.find((choice) => choice.type === 'string')
  return list ?? text ?? choices[0] ?? schema
}

function kindOf(schema: JsonSchema): FieldKind {
  if (schema.secret) return 'secret'
  if (schema.agent) return 'agent'
  if (schema.picker) return 'picker'
  if (schema.json) return 'json'
  const shape = mainShape(schema)
  if (shape.enum) return 'enum'
  if (shape.type === 'boolean') return 'boolean'
  if (shape.type === 'number' || shape.type === 'integer') return 'number'
  if (shape.type === 'array') return listKind(shape.items)
  if (shape.type === 'object') return recordKind(shape)
  if (shape.type === 'string') return schema.multiline ? 'multiline' : 'text'
  return 'json'
}

function listKind(items: JsonSchema | undefined): FieldKind {
  if (items?.type === 'string') return 'list'
  const holdsFile = Object.values(items?.properties ?? {}).some((field) => field.contentEncoding === 'base64')
  return holdsFile ? 'files' : 'json'
}

function recordKind(shape: JsonSchema): FieldKind {
  const values = shape.additionalProperties
  const texts = typeof values === 'object' && values.type === 'string'
  return texts && shape.properties === undefined ? 'record' : 'json'
}

/** "senderUpn" as "Sender upn". */
function toTitle(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_-]/g, ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Puts a field's value in; an emptied field is left out, since "" is not the same as "not given". */
export function withField(value: FormValue, name: string, next: unknown): FormValue {
  const { [name]: _, ...rest } = value
  return isBlank(next) ? rest : { ...rest, [name]: next }
}

/** Whether nothing is in a field. */
export function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return false
}

/** Titles of required fields that are empty; a stored secret counts as filled. */
export function missingFields(schema: JsonSchema, value: FormValue, secretsSet: readonly string[] = []): string[] {
  return toFields(schema)
    .filter(({ name, required }) => required && isBlank(value[name]) && !secretsSet.includes(name))
    .map(({ title }) => title)
}

/** Faults of a failure by field name; `prefix` is where this form sits in the whole input (`settings`). */
export function faultsByField(
  fields: ReadonlyArray<{ path: string; message: string }> | undefined,
  prefix = '',
): Record<string, string> {
  const faults: Record<string, string> = {}
  for (const { path, message } of fields ?? []) {
    const inner = prefix && path.startsWith(`${prefix}.`) ? path.slice(prefix.length + 1) : path
    const [name] = inner.split('.')
    if (name) faults[name] ??= message
  }
  return faults
}
