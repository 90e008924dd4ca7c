/** What CloudKit does for the records of one's own container. */
import { z } from 'zod'
import { defineAction } from '../../kit/define.ts'
import { type AppleCall, type AppleCredential, askCloudKit, Database, databaseOf, withoutKey } from './client.ts'

const reference =
  'https://developer.apple.com/library/archive/documentation/DataManagement/Conceptual/CloudKitWebServicesReference'

const database = Database.optional().meta({
  title: 'Database',
  help: 'Without it, the private one once a person signed in, else the public one.',
})
const zone = z.string().min(1).max(255).optional().meta({ title: 'Zone', advanced: true })
const name = z.string().regex(/^[A-Za-z]\w{0,254}$/, 'must be a name of letters, digits and _')
const recordName = z.string().regex(/^[^_\s][\x21-\x7e]{0,254}$/, 'must be plain letters without spaces, not starting with _')

const Value = z.union([z.string(), z.number(), z.array(z.string()), z.array(z.number())])
/** Where CloudKit cannot tell the type by the value (TIMESTAMP, REFERENCE, BYTES). */
const TypedValue = z.strictObject({ value: z.json(), type: z.string().regex(/^[A-Z0-9_]{1,40}$/) })
const Field = z.union([Value, TypedValue])
type Field = z.infer<typeof Field>

const isTyped = (field: Field): field is z.infer<typeof TypedValue> => typeof field === 'object' && !Array.isArray(field)
const toWire = (field: Field) => (isTyped(field) ? field : { value: field })

const zoneId = (zoneName: string | undefined) => (zoneName === undefined ? {} : { zoneID: { zoneName } })

const Record = z.object({
  recordName: z.string(),
  recordType: z.string().optional(),
  fields: z.record(z.string(), z.object({ value: z.json() })).default({}),
  recordChangeTag: z.string().optional(),
})
const Queried = z.object({ records: z.array(Record), continuationMarker: z.string().optional() })
const Modified = z.object({ records: z.array(Record).min(1) })

const ToldRecord = z.strictObject({
  name: z.string(),
  type: z.string().nullable(),
  fields: z.record(z.string(), z.json()),
  changeTag: z.string().nullable(),
})

const told = (record: z.infer<typeof Record>) => ({
  name: record.recordName,
  type: record.recordType ?? null,
  fields: Object.fromEntries(Object.entries(record.fields).map(([field, { value }]) => [field, value])),
  changeTag: record.recordChangeTag ?? null,
})

const comparators = [
  'EQUALS',
  'NOT_EQUALS',
  'LESS_THAN',
  'LESS_THAN_OR_EQUALS',
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUALS',
  'IN',
  'NOT_IN',
  'CONTAINS_ALL_TOKENS',
  'LIST_CONTAINS',
  'BEGINS_WITH',
] as const

const Filter = z.strictObject({ field: name, comparator: z.enum(comparators).default('EQUALS'), value: Field })

const refuses = (credential: AppleCredential) => withoutKey(credential)

export const queryRecords = defineAction({
  title: 'Find records',
  effect: 'Reads records of one type from the container.',
  source: `${reference}/QueryingRecords.html`,
  repeat: 'safe',
  input: z.strictObject({
    recordType: name.meta({ title: 'Record type' }),
    database,
    zone,
    filters: z.array(Filter).max(20).optional().meta({ title: 'Filters', json: true }),
    sort: z
      .strictObject({ field: name, ascending: z.boolean().default(true) })
      .optional()
      .meta({ title: 'Order', json: true }),
    fields: z.array(name).max(100).optional().meta({ title: 'Only these fields', advanced: true }),
    count: z.int().min(1).max(200).default(50).meta({ title: 'At most', advanced: true }),
    page: z.string().min(1).max(4_000).optional().meta({ title: 'Page', advanced: true }),
  }),
  output: z.strictObject({ records: z.array(ToldRecord), nextPage: z.string().nullable() }),
  buckets: () => ['container'],
  subject: ({ recordType }) => `CloudKit records of ${recordType}`.slice(0, 120),
  refuses,
  async run({ recordType, filters = [], sort, fields, count, page, ...where }, call: AppleCall) {
    const query = {
      recordType,
      ...(filters.length === 0
        ? {}
        : {
            filterBy: filters.map(({ field, comparator, value }) => ({
              comparator,
              fieldName: field,
              fieldValue: toWire(value),
            })),
          }),
      ...(sort === undefined ? {} : { sortBy: [{ fieldName: sort.field, ascending: sort.ascending }] }),
    }
    const { records, continuationMarker } = await askCloudKit(call, Queried, {
      database: databaseOf(where.database, call.credential),
      operation: 'records/query',
      json: {
        query,
        resultsLimit: count,
        ...zoneId(where.zone),
        ...(fields === undefined ? {} : { desiredKeys: fields }),
        ...(page === undefined ? {} : { continuationMarker: page }),
      },
    })
    return { records: records.map(told), nextPage: continuationMarker ?? null }
  },
})

export const saveRecord = defineAction({
  title: 'Save record',
  effect: 'Writes one record into the container, under a name of its own.',
  source: `${reference}/ModifyRecords.html`,
  repeat: 'keyed',
  input: z.strictObject({
    recordType: name.meta({ title: 'Record type' }),
    database,
    zone,
    recordName: recordName.optional().meta({ title: 'Record name', help: 'Without it, one made of the job.' }),
    fields: z.record(name, Field).meta({ title: 'Fields', json: true }),
    existing: z.enum(['update', 'replace']).default('update').meta({
      title: 'A record of that name',
      help: '“update” changes the fields given, “replace” drops all others.',
      advanced: true,
    }),
  }),
  output: ToldRecord,
  buckets: () => ['container'],
  subject: ({ recordType, recordName: named }) =>
    `CloudKit: save ${recordType}${named === undefined ? '' : ` ${named}`}`.slice(0, 120),
  refuses,
  async run({ recordType, fields, existing, recordName: named, ...where }, call: AppleCall) {
    const record = {
      recordName: named ?? `atlas-${call.key}`,
      recordType,
      fields: Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, toWire(value)])),
    }
    // Both make the record where there is none, and mean the same when they are sent twice.
    const operationType = existing === 'replace' ? 'forceReplace' : 'forceUpdate'
    const request = {
      database: databaseOf(where.database, call.credential),
      operation: 'records/modify',
      json: { operations: [{ operationType, record }], ...zoneId(where.zone) },
    }
    const { records } = await askCloudKit(call, Modified, request, 'fetch')
    return told(records[0] ?? { recordName: record.recordName, fields: {} })
  },
})

const Zones = z.object({ zones: z.array(z.object({ zoneID: z.object({ zoneName: z.string() }) })) })

export const listZones = defineAction({
  title: 'List zones',
  effect: 'Reads the names of the zones of a database.',
  source: `${reference}/GettingAllZones.html`,
  repeat: 'safe',
  input: z.strictObject({ database }),
  output: z.strictObject({ zones: z.array(z.string()) }),
  buckets: () => ['container'],
  subject: () => 'CloudKit zones',
  refuses,
  async run(input, call: AppleCall) {
    const at = databaseOf(input.database, call.credential)
    const { zones } = await askCloudKit(call, Zones, { database: at, operation: 'zones/list' })
    return { zones: zones.map(({ zoneID }) => zoneID.zoneName) }
  },
})
