/** Generates inputs of a procedure from its own schema: fitting ones, fitting ones with one thing spoiled, and what attackers try. */
import fc from 'fast-check'
import { z } from 'zod'

interface JsonSchema {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  $ref?: string
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema | boolean
}

const providers = ['telegram', 'slack', 'resend', 'microsoft', 'nobody']
const longestText = 40

const formats: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'date-time': fc
    .date({ noInvalidDate: true, min: new Date('1970-01-01'), max: new Date('2100-01-01') })
    .map((date) => date.toISOString()),
  email: fc.constantFrom('ops@example.com', 'a+b@example.org'),
  base64: fc.constantFrom('aGVsbG8=', 'AAAA'),
}

function strings(schema: JsonSchema): fc.Arbitrary<string> {
  const known = formats[schema.format ?? '']
  if (known) return known
  if (schema.pattern?.includes('a-z0-9_-')) return fc.constantFrom(...providers)
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern))
  const minLength = schema.minLength ?? 0
  return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(schema.maxLength ?? longestText, longestText)) })
}

function objects({ properties = {}, required = [], additionalProperties }: JsonSchema): fc.Arbitrary<object> {
  const fixed = fc.record(Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, fitting(schema)])), {
    requiredKeys: required,
  })
  if (typeof additionalProperties !== 'object') return fixed
  const loose = fc.dictionary(fc.string({ maxLength: 12 }), fitting(additionalProperties), { maxKeys: 4 })
  return fc.tuple(loose, fixed).map(([more, known]) => ({ ...more, ...known }))
}

/** Values that a JSON Schema lets pass, small ones. */
export function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map(fitting))
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.type === 'string') return strings(schema)
  if (schema.type === 'integer' || schema.type === 'number') {
    return fc.integer({
      min: Math.max(schema.minimum ?? -1_000, -1_000_000_000),
      max: Math.min(schema.maximum ?? 1_000, 1_000_000_000),
    })
  }
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'null') return fc.constant(null)
  if (schema.type === 'array') {
    return fc.array(fitting(schema.items ?? {}), {
      minLength: schema.minItems ?? 0,
      maxLength: Math.max(schema.minItems ?? 0, 3),
    })
  }
  if (schema.type === 'object') return objects(schema)
  return fc.jsonValue({ maxDepth: 2 })
}

function nested(depth: number): unknown {
  let value: unknown = 'bottom'
  for (let level = 0; level < depth; level += 1) value = level % 2 ? [value] : { a: value }
  return value
}

/** What is tried against every program that takes input. All of it can be written as JSON. */
export const nastyValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER + 1,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\u202e\u2066gnirts',
  'x'.repeat(70_000),
  "'; DROP TABLE jobs; --",
  '" OR 1=1 --',
  '%_\\%',
  'NEAR(a b, 5) AND "unclosed',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  'file:///etc/passwd',
  'http://169.254.169.254/latest/meta-data/',
  'javascript:alert(1)',
  '<script>alert(1)</script>',
  `$${'{7*7}'}{{7*7}}`,
  '%s%n%x',
  '$(id)`id`',
  `${'a'.repeat(40)}!`,
  '2026-02-31T25:61:61Z',
  '0000-00-00T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  'NaN',
  [],
  [[]],
  [null],
  {},
  { toString: 1, valueOf: null },
  { constructor: { prototype: { polluted: true } } },
  JSON.parse('{"__proto__":{"polluted":true}}') as unknown,
  JSON.parse('{"then":"me","toJSON":{}}') as unknown,
  { length: 1e9 },
  nested(200),
]

const strangeKeys = ['__proto__', 'constructor', 'toString', 'tenantId', 'admin', '', '\u0000', 'id', '$where', 'a.b[0]']

function spoil(value: unknown, [how, where, nasty, key]: [number, number, unknown, string]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return nasty
  const names = Object.keys(value)
  const name = names[where % Math.max(1, names.length)]
  if (how === 0 && name !== undefined) return Object.fromEntries(Object.entries(value).filter(([each]) => each !== name))
  if (how === 1 && name !== undefined) return { ...value, [name]: nasty }
  // Defined, not assigned: `__proto__` shall become a field of its own.
  return Object.defineProperty({ ...value }, key, { value: nasty, enumerable: true, configurable: true, writable: true })
}

export interface Inputs {
  fitting: fc.Arbitrary<unknown>
  spoiled: fc.Arbitrary<unknown>
}

/** Inputs for a procedure's schema. */
export function inputsOf(schema: z.ZodType): Inputs {
  const good = fitting(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema)
  const nasty = fc.constantFrom(...nastyValues)
  const how = fc.tuple(fc.nat(2), fc.nat(20), nasty, fc.constantFrom(...strangeKeys))
  const spoiled = fc.tuple(good, how).map(([value, one]) => spoil(value, one))
  return { fitting: good, spoiled: fc.oneof({ weight: 5, arbitrary: spoiled }, { weight: 1, arbitrary: nasty }) }
}

/** Bodies that are no JSON object of anybody's, as they go over the wire. */
export const rawBodies: readonly { what: string; type?: string; body: string | Buffer }[] = [
  { what: 'half an object', body: '{"a":' },
  { what: 'null', body: 'null' },
  { what: 'a list', body: '[]' },
  { what: 'a string', body: '"text"' },
  { what: 'a number', body: '1e999' },
  { what: 'nothing but space', body: ' \n\t ' },
  { what: 'ten thousand lists in each other', body: `${'['.repeat(10_000)}${']'.repeat(10_000)}` },
  { what: 'ten thousand objects in each other', body: `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}` },
  {
    what: 'an order with a text of ten thousand lists',
    body: `{"kind":"TELEGRAM_SEND","input":{"text":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`,
  },
  {
    what: 'an action with an input of two hundred thousand lists',
    body: `{"kind":"ACTION_RUN","input":{"provider":"slack","action":"message.send","input":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}}`,
  },
  {
    what: 'a credential of twenty thousand objects',
    body: `{"credential":{"a":${'{"b":'.repeat(20_000)}1${'}'.repeat(20_000)}}}`,
  },
  { what: 'a polluting key', body: '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}' },
  { what: 'the same key often', body: `{${'"kind":"EMAIL_SEND",'.repeat(500)}"kind":1}` },
  {
    what: 'ten thousand keys',
    body: JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`k${at}`, at]))),
  },
  { what: 'bytes that are no text', body: Buffer.from([0xff, 0xfe, 0x7b, 0x7d, 0xc0, 0x80]) },
  { what: 'a mark of byte order', body: '\ufeff{}' },
  { what: 'half a surrogate pair', body: '{"text":"\\ud800"}' },
  { what: 'more than is taken', body: `{"a":"${'x'.repeat(7_000_000)}"}` },
  { what: 'a form', type: 'application/x-www-form-urlencoded', body: 'kind=EMAIL_SEND&input[to]=a' },
  {
    what: 'parts',
    type: 'multipart/form-data; boundary=b',
    body: '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--',
  },
  { what: 'plain text', type: 'text/plain', body: '{}' },
  {
    what: 'XML with an outside entity',
    type: 'application/xml',
    body: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
  },
]
