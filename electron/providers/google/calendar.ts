/** Events of a Google calendar: read, and made under an id of our own, so that a repeat makes no second one. */
import { z } from 'zod'
import { AppError } from '#shared/failure'
import { Instant } from '#shared/time'
import { defineAction } from '../../kit/define.ts'
import { askGoogle, type GoogleCall, needs } from './client.ts'
import { withoutScope } from './refusals.ts'

const When = z.object({ dateTime: z.string().optional(), date: z.string().optional() })
const Event = z.object({
  id: z.string(),
  status: z.string().optional(),
  summary: z.string().optional(),
  htmlLink: z.string().optional(),
  start: When.optional(),
  end: When.optional(),
})
const Events = z.object({ items: z.array(Event).default([]), nextPageToken: z.string().optional() })

const calendarId = z
  .string()
  .min(1)
  .max(254)
  .default('primary')
  .meta({ title: 'Calendar', help: 'Its address, or primary for the main calendar of the account.', advanced: true })

const eventsUrl = (call: GoogleCall, id: string) =>
  `${call.endpoint('www')}/calendar/v3/calendars/${encodeURIComponent(id)}/events`

const timeOf = (when: z.infer<typeof When> | undefined) => when?.dateTime ?? when?.date ?? null

const told = ({ id, summary, htmlLink, start, end }: z.infer<typeof Event>) => ({
  id,
  title: summary ?? '',
  url: htmlLink ?? null,
  start: timeOf(start),
  end: timeOf(end),
})

const ToldEvent = z.strictObject({
  id: z.string(),
  title: z.string(),
  url: z.string().nullable(),
  start: z.string().nullable(),
  end: z.string().nullable(),
})

export const listEvents = defineAction({
  title: 'List events',
  effect: 'Reads events of a calendar, the next first.',
  source: 'https://developers.google.com/workspace/calendar/api/v3/reference/events/list',
  repeat: 'safe',
  input: z.strictObject({
    calendarId,
    from: Instant.optional().meta({ title: 'From', help: 'Now when left out.' }),
    to: Instant.optional().meta({ title: 'To' }),
    query: z.string().min(1).max(500).optional().meta({ title: 'Words' }),
    count: z.int().min(1).max(250).default(50).meta({ title: 'At most', advanced: true }),
    page: z.string().min(1).max(2_000).optional().meta({ title: 'Page', advanced: true }),
  }),
  output: z.strictObject({ events: z.array(ToldEvent), nextPage: z.string().nullable() }),
  scopes: needs.readCalendar.slice(0, 1),
  buckets: () => ['calendar'],
  subject: ({ query }) => `Events of the calendar${query === undefined ? '' : ` with ${query}`}`.slice(0, 120),
  refuses: withoutScope(needs.readCalendar, 'Reading the calendar'),
  async run({ calendarId: id, from, to, query, count, page }, call: GoogleCall) {
    const { items, nextPageToken } = await askGoogle(call, Events, {
      url: eventsUrl(call, id),
      query: {
        timeMin: from ?? new Date(call.now()).toISOString(),
        timeMax: to,
        q: query,
        maxResults: `${count}`,
        singleEvents: 'true',
        orderBy: 'startTime',
        pageToken: page,
      },
    })
    return { events: items.map(told), nextPage: nextPageToken ?? null }
  },
})

/** An id in the letters that Calendar takes (0-9, a-v), the same for the same job. */
async function eventIdOf(key: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key)))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

const isConflict = (error: unknown) => error instanceof AppError && error.failure.kind === 'conflict'

export const createEvent = defineAction({
  title: 'Make event',
  effect: 'Puts an event into a calendar and invites people where some are named.',
  source: 'https://developers.google.com/workspace/calendar/api/v3/reference/events/insert',
  repeat: 'keyed',
  input: z
    .strictObject({
      calendarId,
      title: z.string().trim().min(1).max(1_000).meta({ title: 'Title' }),
      start: Instant.meta({ title: 'Starts' }),
      end: Instant.meta({ title: 'Ends' }),
      timeZone: z.string().min(1).max(64).optional().meta({ title: 'Time zone', help: 'Such as Europe/Berlin.', advanced: true }),
      description: z.string().max(8_000).optional().meta({ title: 'Description', multiline: true }),
      location: z.string().max(1_000).optional().meta({ title: 'Place' }),
      attendees: z.array(z.email().max(320)).max(100).optional().meta({ title: 'People' }),
      invite: z
        .enum(['all', 'externalOnly', 'none'])
        .default('none')
        .meta({ title: 'Who gets an invitation by mail', advanced: true }),
    })
    .refine(({ start, end }) => Date.parse(end) > Date.parse(start), { path: ['end'], message: 'must lie after the start' }),
  output: ToldEvent,
  scopes: needs.writeCalendar.slice(0, 1),
  buckets: () => ['calendar'],
  subject: ({ title }) => `Calendar: ${title}`.slice(0, 120),
  refuses: withoutScope(needs.writeCalendar, 'Making events'),
  async run(input, call: GoogleCall) {
    const { title, description, location, attendees, timeZone } = input
    const id = await eventIdOf(call.key)
    const url = eventsUrl(call, input.calendarId)
    const at = (dateTime: string) => ({ dateTime, ...(timeZone === undefined ? {} : { timeZone }) })
    const json = {
      id,
      summary: title,
      start: at(input.start),
      end: at(input.end),
      ...(description === undefined ? {} : { description }),
      ...(location === undefined ? {} : { location }),
      ...(attendees?.length ? { attendees: attendees.map((email) => ({ email })) } : {}),
    }
    try {
      const request = { method: 'POST' as const, url, query: { sendUpdates: input.invite }, json }
      return told(await askGoogle(call, Event, request, 'fetch'))
    } catch (error) {
      // The id is this job's alone: an earlier attempt has made the event.
      if (!isConflict(error)) throw error
      return told(await askGoogle(call, Event, { url: `${url}/${id}` }))
    }
  },
})
