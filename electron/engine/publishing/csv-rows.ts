/** A CSV of posts, read into orders; what cannot be read is told in words, line by line. */
import { mostImportRows } from '#shared/contract/posts'
import { failed } from '#shared/failure'
import { platformIds, platforms } from '#shared/social/platforms'
import { type PlatformId, type PostMedia, SocialPost } from '#shared/social/post'
import { toInstant } from '#shared/time'
import { instantsOf, isTimeZone, localOf } from '#shared/time-zone'

/** A row as it was read. `faults` are in words; `runAt` is ISO 8601, undefined for "at once". */
export interface CsvRow {
  line: number
  platform: PlatformId | undefined
  platformName: string
  input: Record<string, unknown>
  agent: string | undefined
  runAt: string | undefined
  timeZone: string
  faults: string[]
}

/** Columns that are no field of the post. */
const ownColumns = ['platform', 'text', 'runAt', 'timeZone', 'agent', 'media']
const fields = SocialPost.options.flatMap(({ shape }) => Object.keys(shape))
const knownColumns = [...new Set([...ownColumns, ...fields])]
const lists: Readonly<Record<string, RegExp>> = { tags: /\s*,\s*/, thread: /\s*\|\s*/ }

function unreadable(message: string) {
  return failed('invalid', `The file was refused: ${message}`, { fields: [{ path: 'csv', message }] })
}

function delimiterOf(csv: string): string {
  const [first = ''] = csv.split('\n', 1)
  return [',', ';', '\t'].toSorted((a, b) => first.split(b).length - first.split(a).length)[0] ?? ','
}

/** Records with the line on which each ends. The parser is loaded with the first file: nobody needs it to start. */
async function recordsOf(csv: string): Promise<{ record: string[]; line: number }[]> {
  const { CsvError, parse } = await import('csv-parse/sync')
  try {
    const options = { bom: true, skip_empty_lines: true, info: true, delimiter: delimiterOf(csv), max_record_size: 200_000 }
    const read = parse(csv, options) as unknown as { record: string[]; info: { lines: number } }[]
    return read.map(({ record, info }) => ({ record, line: info.lines }))
  } catch (error) {
    if (error instanceof CsvError) throw unreadable(`it is no CSV. ${error.message}.`)
    throw error
  }
}

/** The column names, as the fields are called however they are written. */
function columnsOf(names: readonly string[]): string[] {
  const columns = names.map((name) => {
    const plain = name.trim()
    return knownColumns.find((known) => known.toLowerCase() === plain.toLowerCase().replace(/[\s_-]/g, '')) ?? plain
  })
  for (const name of ['platform', 'text']) {
    if (!columns.includes(name)) throw unreadable(`its first line names no column "${name}".`)
  }
  if (columns.some((name, at) => name === '' || columns.indexOf(name) !== at))
    throw unreadable('its first line has a column without a name, or one twice.')
  return columns
}

function mediumOf(place: string): PostMedia {
  if (/^https?:\/\//.test(place)) return { url: place }
  return place.startsWith('tray:') ? { file: place.slice(5) } : { path: place }
}

function readValue(name: string, text: string): unknown {
  const separator = Object.hasOwn(lists, name) ? lists[name] : undefined
  if (separator) return text.split(separator).filter((part) => part !== '')
  if (text === 'true' || text === 'false') return text === 'true'
  return text
}

const instantWithZone = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/
const localTime = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:00)?$/

/** How an instant is written so that nobody can take it for its double. */
function withOffset(at: number, day: string, clock: string): string {
  const minutes = Math.round((Date.parse(`${day}T${clock}:00Z`) - at) / 60_000)
  const two = (part: number) => String(part).padStart(2, '0')
  const size = Math.abs(minutes)
  return `${day}T${clock}:00${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

function readTime(written: string, timeZone: string): { runAt?: string; fault?: string } {
  if (written === '') return {}
  if (instantWithZone.test(written)) {
    const at = Date.parse(written.replace(' ', 'T'))
    return Number.isNaN(at) ? { fault: `runAt "${written}" is no time` } : { runAt: toInstant(at) }
  }
  const [, day = '', clock = ''] = localTime.exec(written) ?? []
  const [first, second] = instantsOf(day, clock, timeZone)
  if (first === undefined) {
    const asUtc = Date.parse(`${day}T${clock}:00Z`)
    const isTime = !Number.isNaN(asUtc) && localOf(asUtc, 'UTC').day === day
    return {
      fault: isTime
        ? `runAt "${written}" does not exist in ${timeZone}: the clocks go forward over it`
        : `runAt "${written}" must look like 2027-01-05 09:00 or 2027-01-05T09:00:00Z`,
    }
  }
  if (second === undefined) return { runAt: toInstant(first) }
  const ways = [first, second].map((at) => withOffset(at, day, clock)).join(' or ')
  return { fault: `runAt "${written}" comes twice in ${timeZone}, as the clocks go back; write ${ways}` }
}

function platformOf(written: string): PlatformId | undefined {
  const name = written.toLowerCase()
  return platformIds.find((id) => id === name || platforms[id].name.toLowerCase() === name)
}

function readRow(columns: readonly string[], record: readonly string[], line: number, defaultZone: string): CsvRow {
  const cells = new Map(columns.map((name, at) => [name, name === 'text' ? (record[at] ?? '') : (record[at] ?? '').trim()]))
  const cell = (name: string) => cells.get(name) ?? ''
  const platform = platformOf(cell('platform'))
  const timeZone = cell('timeZone') || defaultZone
  const knownZone = isTimeZone(timeZone)
  const { runAt, fault } = knownZone ? readTime(cell('runAt'), timeZone) : {}
  const faults = [
    ...(platform ? [] : [`platform "${cell('platform').slice(0, 40)}" is none of ${platformIds.join(', ')}`]),
    ...(knownZone ? [] : [`timeZone "${timeZone.slice(0, 40)}" is no time zone such as Europe/Berlin`]),
    ...(fault ? [fault] : []),
  ]
  const media = cell('media')
    .split('|')
    .map((place) => place.trim())
    .filter((place) => place !== '')
    .map(mediumOf)
  const own = columns
    .filter((name) => !ownColumns.includes(name) && cell(name) !== '')
    .map((name) => [name, readValue(name, cell(name))])
  return {
    line,
    platform,
    platformName: platform ? platforms[platform].name : cell('platform').slice(0, 40),
    input: { ...Object.fromEntries(own), platform, text: cell('text'), ...(media.length > 0 ? { media } : {}) },
    agent: cell('agent') || undefined,
    runAt,
    timeZone,
    faults,
  }
}

/** The rows of a CSV; `invalid` where it is none, names no platform and text, or holds too many. */
export async function readCsv(csv: string, timeZone: string): Promise<CsvRow[]> {
  const [head, ...records] = await recordsOf(csv)
  if (!head) throw unreadable('it is empty.')
  const columns = columnsOf(head.record)
  if (records.length === 0) throw unreadable('it holds no post below its first line.')
  if (records.length > mostImportRows) throw unreadable(`it holds ${records.length} posts; ${mostImportRows} go at once.`)
  return records.map(({ record, line }) => readRow(columns, record, line, timeZone))
}
